package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

func folder(_ context.Context, p Patient) ([]verdict, error) {
	var found []verdict
	for path, of := range map[string]words{p.App.DataDir(): {"the data folder", "데이터 폴더를"}, ".env": {"the file .env", ".env 파일을"}} {
		at, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if at.Mode().Perm()&0o007 != 0 && hasModes {
			mend := "chmod go= " + path
			found = append(found, verdict{Warn, words{of.en + " can be read by everybody on this machine", of.ko + " 이 컴퓨터의 누구나 읽을 수 있습니다"}, words{mend, mend}})
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return good("nobody else on this machine reads the data", "이 컴퓨터의 다른 사람은 데이터를 읽지 못합니다"), nil
}

func disk(_ context.Context, p Patient) ([]verdict, error) {
	free, total, err := DiskOf(p.App.DataDir())
	if err != nil || total == 0 {
		return nil, err
	}
	en, ko := fmt.Sprintf("%.1f of %.1f GB are free", gigabytes(free), gigabytes(total)), fmt.Sprintf("%.1fGB 중 %.1fGB가 비어 있습니다", gigabytes(total), gigabytes(free))
	var level Level
	switch {
	case free < 200<<20:
		level = Bad
	case free < 2<<30 || free < total/20:
		level = Warn
	default:
		return good(en, ko), nil
	}
	return []verdict{{level, words{en, ko}, words{"make room: uploads are refused when the disk is full", "자리를 만드세요. 디스크가 차면 업로드가 거절됩니다"}}}, nil
}

func gigabytes(n uint64) float64 { return float64(n) / (1 << 30) }

func openFiles(context.Context, Patient) ([]verdict, error) {
	limit, err := openFilesLimit()
	if err != nil || limit == 0 {
		return nil, err
	}
	if limit < 4096 {
		return []verdict{{Warn, words{fmt.Sprintf("only %d files may be open at once: as many readers, at most", limit), fmt.Sprintf("동시에 열 수 있는 파일이 %d개뿐입니다", limit)},
			words{"raise it: LimitNOFILE=65536 in the unit, or ulimit -n 65536", "늘리세요: 유닛에 LimitNOFILE=65536, 또는 ulimit -n 65536"}}}, nil
	}
	return good(fmt.Sprintf("%d files may be open at once", limit), fmt.Sprintf("동시에 열 수 있는 파일 %d개", limit)), nil
}

// pragmas asks the databases whether they keep what they acknowledge.
func pragmas(_ context.Context, p Patient) ([]verdict, error) {
	want := []struct{ name, value string }{{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"}, {"secure_delete", "1"}}
	for _, db := range []dbx.Builder{p.App.NonconcurrentDB(), p.App.AuxNonconcurrentDB()} {
		for _, pragma := range want {
			var is string
			if err := db.NewQuery("PRAGMA " + pragma.name).Row(&is); err != nil {
				return nil, err
			}
			if is != pragma.value {
				return []verdict{{Bad, words{fmt.Sprintf("%s is %s, not %s: a power cut may lose what was acknowledged", pragma.name, is, pragma.value), fmt.Sprintf("%s이(가) %s가 아니라 %s입니다. 정전 때 확인된 기록이 사라질 수 있습니다", pragma.name, pragma.value, is)},
					words{"start the program as it is shipped", "배포된 그대로의 프로그램을 쓰세요"}}}, nil
			}
		}
	}
	return good("what is acknowledged survives a power cut", "확인된 기록은 정전에도 남습니다"), nil
}

func damage(_ context.Context, p Patient) ([]verdict, error) {
	test := "quick_check"
	if p.Deep {
		test = "integrity_check"
	}
	for name, db := range map[string]dbx.Builder{"data.db": p.App.ConcurrentDB(), "auxiliary.db": p.App.AuxConcurrentDB()} {
		var said string
		if err := db.NewQuery("PRAGMA " + test + "(1)").Row(&said); err != nil {
			said = err.Error() // one that can't be read to its end is damaged too
		}
		if said != "ok" {
			return []verdict{{Bad, words{name + " is damaged: " + said, name + "이(가) 손상되었습니다: " + said},
				words{"stop the server, copy the folder, and restore the newest backup", "서버를 멈추고 폴더를 복사한 뒤 최신 백업을 복원하세요"}}}, nil
		}
	}
	return good("the databases are whole", "데이터베이스가 온전합니다"), nil
}

// unreadPages looks whether a page of a database couldn't be read, which ended the program then.
func unreadPages(_ context.Context, p Patient) ([]verdict, error) {
	if collections.IsUnmapped(p.App.DataDir()) {
		return []verdict{{Warn, words{"a page of a database couldn't be read, which ended the program; it reads without a map since, and slower", "데이터베이스의 한 페이지를 읽지 못해 프로그램이 끝난 적이 있습니다. 그 뒤로는 매핑 없이 느리게 읽습니다"},
			words{"look at the disk (dmesg, smartctl), then remove " + collections.Unmapped + " from the data folder and start again", "디스크를 살펴보고(dmesg, smartctl) 데이터 폴더에서 " + collections.Unmapped + " 파일을 지운 뒤 다시 시작하세요"}}}, nil
	}
	return good("every page of the databases could be read", "데이터베이스의 모든 페이지를 읽을 수 있었습니다"), nil
}

func storage(_ context.Context, p Patient) ([]verdict, error) {
	if !p.App.Settings().S3.Enabled {
		return good("files are in the data folder", "파일은 데이터 폴더에 있습니다"), nil
	}
	store, err := p.App.NewFilesystem()
	if err != nil {
		return nil, err
	}
	defer store.Close() //nolint:errcheck // only read
	if _, err := store.Exists("madang.doctor"); err != nil {
		return []verdict{{Bad, words{"the S3 storage doesn't answer: " + err.Error(), "S3 저장소가 응답하지 않습니다: " + err.Error()},
			words{"dashboard › Settings › File storage", "대시보드 › Settings › File storage"}}}, nil
	}
	return good("files are in "+p.App.Settings().S3.Bucket, "파일은 "+p.App.Settings().S3.Bucket+"에 있습니다"), nil
}

// stale is how old the newest backup may be.
const stale = 7 * 24 * time.Hour

func backups(ctx context.Context, p Patient) ([]verdict, error) {
	mend := words{"set BACKUP_TO to a place that isn't this disk", "BACKUP_TO를 이 디스크가 아닌 곳으로 설정하세요"}
	look := packed(p)
	if p.Config.Backups.To != "" && p.Backups != nil {
		look = p.Backups
		mend = words{"madang jobs list --kind backup.take says why; madang backup takes one at once", "madang jobs list --kind backup.take로 이유를 보고 madang backup으로 바로 백업하세요"}
	}
	newest, unseen := look(ctx)
	if unseen != nil {
		said := unseen.Error()
		return []verdict{{Bad, words{"the backups can't be seen: " + said, "백업을 볼 수 없습니다: " + said}, mend}}, nil //nolint:nilerr // the check went well: that is what it found
	}
	day := newest.UTC().Format(time.DateOnly)
	switch {
	case newest.IsZero():
		return []verdict{{Warn, words{"there is no backup", "백업이 없습니다"}, mend}}, nil
	case p.Now.Sub(newest) > stale:
		return []verdict{{Warn, words{"the newest backup is of " + day, "마지막 백업은 " + day + "의 것입니다"}, mend}}, nil
	}
	return good("the newest backup is of "+day, "마지막 백업은 "+day+"의 것입니다"), nil
}

// packed looks for PocketBase's own backups, those of its dashboard.
func packed(p Patient) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (newest time.Time, err error) {
		store, err := p.App.NewBackupsFilesystem()
		if err != nil {
			return newest, err
		}
		defer store.Close() //nolint:errcheck // only read
		store.SetContext(ctx)
		all, err := store.List("")
		for _, one := range all {
			if one.ModTime.After(newest) {
				newest = one.ModTime
			}
		}
		return newest, err
	}
}

func counters(_ context.Context, p Patient) ([]verdict, error) {
	drifts, err := collections.VerifyCounters(p.App, false)
	if err != nil {
		return nil, err
	}
	if len(drifts) > 0 {
		return []verdict{{Bad, words{fmt.Sprintf("%d counters differ from their rows", len(drifts)), fmt.Sprintf("카운터 %d개가 실제와 다릅니다", len(drifts))},
			words{"madang counters verify --fix", "madang counters verify --fix"}}}, nil
	}
	return good("every counter is right", "모든 카운터가 맞습니다"), nil
}

// files looks for the file of every medium.
func files(ctx context.Context, p Patient) ([]verdict, error) {
	store, err := p.App.NewFilesystem()
	if err != nil {
		return nil, err
	}
	defer store.Close() //nolint:errcheck // only read
	store.SetContext(ctx)
	missing := 0
	for last := ""; ; {
		var page []*core.Record
		err := p.App.RecordQuery(collections.Media).AndWhere(dbx.NewExp("id > {:last} AND file != ''", dbx.Params{"last": last})).OrderBy("id").Limit(500).All(&page)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			break
		}
		for _, medium := range page {
			there, err := store.Exists(medium.BaseFilesPath() + "/" + medium.GetString("file"))
			if err != nil {
				return nil, err
			}
			if !there {
				missing++
			}
		}
		last = page[len(page)-1].Id
	}
	if missing > 0 {
		return []verdict{{Bad, words{fmt.Sprintf("the files of %d media are missing", missing), fmt.Sprintf("미디어 %d개의 파일이 없습니다", missing)},
			words{"madang media check says which; restore the folder storage from a backup", "madang media check로 확인하고 백업에서 storage 폴더를 복원하세요"}}}, nil
	}
	return good("every medium has its file", "모든 미디어에 파일이 있습니다"), nil
}
