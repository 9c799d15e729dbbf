package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func lookup(values map[string]string) func(string) (string, string) {
	return func(name string) (string, string) { return values[name], FromEnvironment }
}

func TestNothingSetIsTheDocumentedDefault(t *testing.T) {
	c := Default()
	switch {
	case c.AccessLifetime != time.Hour, c.RefreshLifetime != 24*time.Hour:
		t.Errorf("token lifetimes %v and %v", c.AccessLifetime, c.RefreshLifetime)
	case c.MaxImage != 5<<20, c.MaxAudio != 50<<20, c.MaxVideo != 200<<20:
		t.Errorf("limits %d %d %d", c.MaxImage, c.MaxAudio, c.MaxVideo)
	case c.Zone.String() != "Asia/Seoul":
		t.Errorf("zone %v", c.Zone)
	case len(c.AllowedHosts) != 0, len(c.CORSOrigins) != 1 || c.CORSOrigins[0] != "*":
		t.Errorf("hosts %v, origins %v", c.AllowedHosts, c.CORSOrigins)
	case c.Quota["member"] != 5<<30, c.DailyQuota["member"] != 2<<30, c.Quota["admin"] != 0:
		t.Errorf("quotas %v, a day %v", c.Quota, c.DailyQuota)
	case !c.RateLimits, len(c.TrustedProxies) != 0:
		t.Errorf("rate limits %v, proxies %v", c.RateLimits, c.TrustedProxies)
	}
}

func TestValuesAreRead(t *testing.T) {
	c, err := parse(lookup(map[string]string{
		"JWT_ACCESS_TOKEN_LIFETIME": "5", "MAX_IMAGE_SIZE": "7", "ALLOWED_HOSTS": "a.example, b.example", "DEBUG": "true",
		"PUBLIC_URL": "https://a.example/", "TIME_ZONE": "UTC", "CORS_ALLOWED_ORIGINS": "https://x.example",
		"MEDIA_QUOTA": "member:3,admin:0", "MEDIA_DAILY_QUOTA": "off", "KAKAO_CLIENT_ID": "an id", "KAKAO_CLIENT_SECRET": "a secret", "RATE_LIMITS": "off", "TRUSTED_PROXIES": "127.0.0.1, 10.1.2.3/8,::1",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.AccessLifetime != 5*time.Minute || c.MaxImage != 7<<20 || !c.Debug || c.PublicURL != "https://a.example" ||
		len(c.AllowedHosts) != 2 || c.AllowedHosts[1] != "b.example" || c.CORSOrigins[0] != "https://x.example" || c.Zone != time.UTC ||
		fmt.Sprint(c.Quota) != "map[admin:0 member:3145728]" || len(c.DailyQuota) != 0 || len(c.Social) != 1 || c.Social["kakao"] != (Client{"an id", "a secret"}) || c.RateLimits || fmt.Sprint(c.TrustedProxies) != "[127.0.0.1/32 10.0.0.0/8 ::1/128]" {
		t.Errorf("read as %+v", c)
	}
}

func TestMalformedValuesAreNamedAllTogether(t *testing.T) {
	_, err := parse(lookup(map[string]string{
		"DEBUG": "maybe", "MAX_IMAGE_SIZE": "5MB", "TIME_ZONE": "Mars/Olympus", "PUBLIC_URL": "madang", "JWT_REFRESH_TOKEN_LIFETIME": "-1",
		"NAVER_CLIENT_ID": "only half",
		"MEDIA_QUOTA":     "guest:5", "MEDIA_DAILY_QUOTA": "member:5 member:6",
		"BACKUP_TO": "s3", "BACKUP_SCHEDULE": "at night", "BACKUP_KEEP": "-1", "BACKUP_KEY_FILE": "/nosuch/key",
	}))
	if err == nil {
		t.Fatal("malformed values are taken")
	}
	for _, name := range []string{"DEBUG", "MAX_IMAGE_SIZE", "TIME_ZONE", "PUBLIC_URL", "JWT_REFRESH_TOKEN_LIFETIME", "MEDIA_QUOTA", "MEDIA_DAILY_QUOTA", "NAVER_CLIENT_SECRET", "BACKUP_SCHEDULE", "BACKUP_KEEP", "BACKUP_KEY_FILE", "BACKUP_S3_BUCKET"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s isn't named in: %v", name, err)
		}
	}
}

func TestTheZoneHasAName(t *testing.T) {
	if _, err := parse(lookup(map[string]string{"TIME_ZONE": "Local"})); err == nil || !strings.Contains(err.Error(), "TIME_ZONE") {
		t.Errorf("a zone that no client could be told: %v", err)
	}
}

func TestBackupsToABucketWithItsKeys(t *testing.T) {
	c, err := parse(lookup(map[string]string{
		"BACKUP_TO": "s3", "BACKUP_S3_ENDPOINT": "https://s3.example", "BACKUP_S3_BUCKET": "b", "BACKUP_S3_ACCESS_KEY": "k", "BACKUP_S3_SECRET": "s", "BACKUP_SCHEDULE": "off",
	}))
	if err != nil || c.Backups != (Backups{To: "s3", Keep: 14, S3: S3{Endpoint: "https://s3.example", Region: "us-east-1", Bucket: "b", AccessKey: "k", Secret: "s"}}) {
		t.Error(c.Backups, err)
	}
}

func TestWhereFFmpegIs(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "ffmpeg")
	t.Setenv("PATH", dir)
	is := func(value, want string) {
		t.Helper()
		c, err := parse(lookup(map[string]string{"FFMPEG": value}))
		if err != nil || c.FFmpeg != want {
			t.Errorf("%s: %q %v, want %q", value, c.FFmpeg, err, want)
		}
	}
	is("auto", "")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	is("auto", program)
	is("off", "")
	is(program, program)
	for _, bad := range []string{"on", "/nosuch/ffmpeg", dir} {
		if c, err := parse(lookup(map[string]string{"FFMPEG": bad})); err == nil {
			t.Errorf("%s became %q", bad, c.FFmpeg)
		}
	}
}

func TestNobodyTrustsEverybody(t *testing.T) {
	for _, all := range []string{"*", "0.0.0.0/0", "::/0", "10.0.0.0/8, 0.0.0.0/0", "proxy.example", "10.0.0.1/33"} {
		if c, err := parse(lookup(map[string]string{"TRUSTED_PROXIES": all})); err == nil {
			t.Errorf("%s is taken as %v", all, c.TrustedProxies)
		}
	}
	if _, err := parse(lookup(map[string]string{"RATE_LIMITS": "maybe"})); err == nil {
		t.Error("RATE_LIMITS=maybe is taken")
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte("MAX_IMAGE_SIZE=9\nMAX_AUDIO_SIZE=11\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MAX_AUDIO_SIZE", "12")
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.MaxImage != 9<<20 || c.MaxAudio != 12<<20 {
		t.Errorf("image %d, audio %d", c.MaxImage>>20, c.MaxAudio>>20)
	}
}

func TestBrokenFileStopsTheStart(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte("'"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(nil); err == nil {
		t.Error("a broken .env is ignored")
	}
}

// TestDocumentsNameEverySetting holds README.md and .env.example to the settings.
func TestDocumentsNameEverySetting(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "<!-- settings -->\n"+Table()+"<!-- /settings -->") {
		t.Errorf("the table in README.md isn't:\n%s", Table())
	}
	example, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Settings() {
		if !strings.Contains(string(example), "# "+s.Help+"\n#"+s.Name+"="+s.Default+"\n") {
			t.Errorf(".env.example doesn't have %s with its default and meaning", s.Name)
		}
	}
}
