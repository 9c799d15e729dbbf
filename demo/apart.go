package demo

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// makeApart is what only those see who sign in: messages, followed tags, what isn't out yet, what was reported, and an experiment.
func (s *seeder) makeApart() error {
	if !s.o.Apart {
		return nil
	}
	for _, step := range []func() error{s.makeTalks, s.makeFollowedTags, s.makePlans, s.makeReports, s.makeExperiment} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// makeTalks has people write to each other, who follow each other for that.
func (s *seeder) makeTalks() error {
	for i, t := range talks() {
		pair := [2]string{PersonID(t.first), PersonID(t.second)}
		for _, f := range [][2]string{pair, {pair[1], pair[0]}} {
			follows, err := collections.Exists(s.app, collections.FollowPairs, f[0], f[1])
			if err != nil {
				return err
			}
			if follows {
				continue
			}
			if _, err := s.save(collections.Follows, "", time.Time{}, map[string]any{"follower": f[0], "following": f[1]}); err != nil {
				return err
			}
		}
		for n, l := range t.said {
			author, recipient := pair[0], pair[1]
			if l.ofSecond {
				author, recipient = recipient, author
			}
			at := s.o.Now.Add(-time.Duration(len(t.said)-n)*47*time.Minute - time.Duration(i)*5*time.Hour)
			if _, err := s.save(collections.Messages, "", at, map[string]any{"author": author, "recipient": recipient, "content": l.text}); err != nil {
				return fmt.Errorf("%s to %s: %w", t.first, t.second, err)
			}
		}
	}
	return nil
}

func (s *seeder) makeFollowedTags() error {
	for who, tags := range followedTags() {
		for _, name := range tags {
			tag, err := s.app.FindFirstRecordByData(collections.Tags, "name", name)
			if errors.Is(err, sql.ErrNoRows) {
				continue // no post of the few that were asked for has it
			}
			if err != nil {
				return err
			}
			if _, err := s.save(collections.TagFollows, "", time.Time{}, map[string]any{"user": PersonID(who), "tag": tag.Id}); err != nil {
				return err
			}
		}
	}
	return nil
}

// makePlans writes drafts, and posts that come out some morning.
func (s *seeder) makePlans() error {
	for _, p := range plans() {
		data := map[string]any{"author": PersonID(p.author), "title": p.title, "content": p.content, "tags": p.tags, "visibility": collections.Public, "status": collections.Draft}
		if p.in > 0 {
			data["status"], data["publish_at"] = collections.Scheduled, s.o.Now.Truncate(24*time.Hour).Add(time.Duration(p.in+1)*24*time.Hour)
		}
		if _, err := s.save(collections.Posts, "", s.o.Now.Add(-3*time.Hour), data); err != nil {
			return fmt.Errorf("%q: %w", p.title, err)
		}
	}
	return nil
}

// makeReports brings a post and a comment before the moderators.
func (s *seeder) makeReports() error {
	var comment string
	if err := s.app.DB().Select("id").From(collections.Comments).Where(dbx.Not(dbx.HashExp{"author": PersonID("lena")})).OrderBy("created_at DESC", "id").Limit(1).Row(&comment); err != nil {
		return fmt.Errorf("find a comment to report: %w", err)
	}
	reported := slices.IndexFunc(s.posts, func(p *core.Record) bool {
		return p.GetString("visibility") == collections.Public && p.GetString("author") != PersonID("junho")
	})
	for _, data := range []map[string]any{
		{"reporter": PersonID("junho"), "target_type": collections.TargetPost, "target_id": s.posts[reported].Id, "reason": "copyright", "detail": "다른 사이트에서 본 글 같아요. 확인 부탁드립니다."},
		{"reporter": PersonID("lena"), "target_type": collections.TargetComment, "target_id": comment, "reason": "spam", "detail": "The same words stand under several posts."},
	} {
		if _, err := s.save(collections.Reports, "", time.Time{}, data); err != nil {
			return err
		}
	}
	return nil
}

// makeExperiment lets one run for a week: of some hundred people, those whom a line invites to say something do so oftener.
func (s *seeder) makeExperiment() error {
	x, err := s.save(collections.Experiments, "", time.Time{}, map[string]any{
		"key": "comment-box", "name": "Comment box: an inviting line · 댓글 상자의 권유 문구", "conversion": "commented", "state": collections.ExperimentRunning,
		"variants": []collections.Variant{{Name: "plain", Weight: 1}, {Name: "inviting", Weight: 1}},
	})
	if err != nil {
		return err
	}
	const week = 7 * 24 * time.Hour
	if _, err := s.app.DB().Update(collections.Experiments, dbx.Params{"started_at": collections.Stamp(s.o.Now.Add(-week))}, dbx.HashExp{"id": x.Id}).Execute(); err != nil {
		return err
	}
	chance := rand.New(rand.NewPCG(contentSeed, 3)) //nolint:gosec // the same each time
	for n := range 700 {
		variant, converts := "plain", 0.08
		if n%2 == 1 {
			variant, converts = "inviting", 0.15
		}
		row := dbx.Params{"experiment": x.Id, "subject": fmt.Sprintf("demo%018d", n), "variant": variant, "at": collections.Stamp(s.o.Now.Add(-time.Duration(chance.Float64() * float64(week))))}
		if _, err := s.app.DB().Insert("experiment_subjects", row).Execute(); err != nil {
			return err
		}
		if chance.Float64() >= converts {
			continue
		}
		row["event"] = "commented"
		if _, err := s.app.DB().Insert("experiment_events", row).Execute(); err != nil {
			return err
		}
	}
	return nil
}
