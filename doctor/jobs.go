package doctor

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
)

// ffmpeg asks the program that works on films whether it can do what is asked of it.
func ffmpeg(ctx context.Context, p Patient) ([]verdict, error) {
	path := p.Config.FFmpeg
	if path == "" {
		return []verdict{{Info, words{"no ffmpeg: films are played as they were sent, without frames as posters, previews and HLS", "ffmpeg가 없습니다. 동영상은 올린 그대로 재생되고 포스터 장면, 미리 보기, HLS는 만들지 않습니다"},
			words{"install ffmpeg, or name it in FFMPEG, if you want these", "필요하면 ffmpeg를 설치하거나 FFMPEG에 경로를 적으세요"}}}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	said, err := exec.CommandContext(ctx, path, "-nostdin", "-hide_banner", "-encoders").Output() //nolint:gosec // the operator's
	if err != nil {
		return []verdict{{Warn, words{path + " doesn't run: " + err.Error(), path + "이(가) 실행되지 않습니다: " + err.Error()},
			words{"install it anew, or set FFMPEG=off", "다시 설치하거나 FFMPEG=off로 설정하세요"}}}, nil
	}
	var missing []string
	for _, encoder := range []string{"libx264", "aac", "mjpeg"} {
		if !strings.Contains(string(said), " "+encoder+" ") {
			missing = append(missing, encoder)
		}
	}
	if len(missing) > 0 {
		names := strings.Join(missing, ", ")
		return []verdict{{Warn, words{path + " lacks encoders: " + names, path + "에 인코더가 없습니다: " + names},
			words{"install a build with them, or set FFMPEG=off", "인코더가 있는 빌드를 설치하거나 FFMPEG=off로 설정하세요"}}}, nil
	}
	return good("films get posters, previews and HLS by "+path, path+"로 동영상의 포스터, 미리 보기, HLS를 만듭니다"), nil
}

// failedJobs looks for work that was given up not long ago, and for what is paused.
func failedJobs(_ context.Context, p Patient) ([]verdict, error) {
	failed, err := p.App.CountRecords(collections.Jobs, dbx.HashExp{"state": string(collections.JobFailed)},
		dbx.NewExp("finished_at >= {:since}", dbx.Params{"since": collections.Stamp(p.Now.Add(-7 * 24 * time.Hour))}))
	if err != nil {
		return nil, err
	}
	var paused []string
	if err := p.App.DB().Select("kind").From(collections.JobPauses).OrderBy("kind").Column(&paused); err != nil {
		return nil, err
	}
	var found []verdict
	if failed > 0 {
		found = append(found, verdict{Warn, words{fmt.Sprintf("%d jobs of the last week were given up", failed), fmt.Sprintf("지난 한 주 동안 작업 %d개가 실패했습니다", failed)},
			words{"madang jobs list --state failed says why; madang jobs retry id", "madang jobs list --state failed로 이유를 보고 madang jobs retry id로 다시 시도하세요"}})
	}
	if len(paused) > 0 {
		kinds := strings.Join(paused, ", ")
		found = append(found, verdict{Info, words{"paused: jobs of " + kinds, "일시 중지된 작업: " + kinds}, words{"madang jobs resume " + kinds, "madang jobs resume " + kinds}})
	}
	if len(found) == 0 {
		found = good("no job of the last week was given up", "지난 한 주 동안 실패한 작업이 없습니다")
	}
	return found, nil
}

// idleJobs looks for work that waits for a program that isn't here, such as that on films after ffmpeg was removed.
func idleJobs(_ context.Context, p Patient) ([]verdict, error) {
	if p.Idle == nil {
		return nil, nil
	}
	idle, err := p.Idle()
	if err != nil || len(idle) == 0 {
		return nil, err
	}
	n := 0
	for _, of := range idle {
		n += of
	}
	kinds := strings.Join(slices.Sorted(maps.Keys(idle)), ", ")
	return []verdict{{Warn, words{fmt.Sprintf("%d jobs wait that nobody here works on: %s", n, kinds), fmt.Sprintf("처리할 도구가 없어 기다리는 작업 %d개: %s", n, kinds)},
		words{"bring back what does them (ffmpeg for films, vips, BACKUP_TO), or end them: madang jobs cancel " + strings.ReplaceAll(kinds, ",", ""), "필요한 것(동영상은 ffmpeg, BACKUP_TO 등)을 되돌리거나 작업을 끝내세요: madang jobs cancel " + strings.ReplaceAll(kinds, ",", "")}}}, nil
}
