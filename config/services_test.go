package config

import (
	"net/mail"
	"os"
	"strings"
	"testing"
)

func TestMailServerAndStorage(t *testing.T) {
	c, err := parse(lookup(map[string]string{
		"SMTP_HOST": "smtp.example.com", "SMTP_PORT": "465", "SMTP_USERNAME": "m", "SMTP_PASSWORD": "p", "SMTP_TLS": "true", "MAIL_FROM": "Madang <post@madang.example>",
		"S3_ENDPOINT": "https://s3.example", "S3_BUCKET": "b", "S3_ACCESS_KEY": "k", "S3_SECRET": "s",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.SMTP != (SMTP{"smtp.example.com", 465, "m", "p", true, mail.Address{Name: "Madang", Address: "post@madang.example"}}) {
		t.Errorf("%+v", c.SMTP)
	}
	if c.Files != (S3{Endpoint: "https://s3.example", Region: "us-east-1", Bucket: "b", AccessKey: "k", Secret: "s"}) {
		t.Errorf("%+v", c.Files)
	}
}

func TestHalfAServiceIsRefused(t *testing.T) {
	for _, c := range []struct {
		values map[string]string
		named  string
	}{
		{map[string]string{"SMTP_HOST": "smtp.example.com"}, "MAIL_FROM"},
		{map[string]string{"SMTP_HOST": "smtp.example.com:25", "MAIL_FROM": "a@b.example"}, "SMTP_HOST"},
		{map[string]string{"SMTP_PORT": "70000"}, "SMTP_PORT"},
		{map[string]string{"SMTP_TLS": "starttls"}, "SMTP_TLS"},
		{map[string]string{"MAIL_FROM": "Madang"}, "MAIL_FROM"},
		{map[string]string{"MAIL_FROM": "webmaster@localhost"}, "MAIL_FROM"},
		{map[string]string{"S3_BUCKET": "b"}, "S3_BUCKET"},
		{map[string]string{"S3_BUCKET": "b", "S3_ENDPOINT": "s3.example", "S3_ACCESS_KEY": "k", "S3_SECRET": "s"}, "S3_BUCKET"},
	} {
		if _, err := parse(lookup(c.values)); err == nil || !strings.Contains(err.Error(), c.named) {
			t.Errorf("%v: %v, want something about %s", c.values, err, c.named)
		}
	}
}

func TestNamesOfANetworkOfContainers(t *testing.T) {
	if _, err := parse(lookup(map[string]string{
		"SMTP_HOST": "mailpit", "MAIL_FROM": "post@madang.example", "S3_BUCKET": "b", "S3_ENDPOINT": "http://minio:9000", "S3_ACCESS_KEY": "k", "S3_SECRET": "s",
	})); err != nil {
		t.Error(err)
	}
}

// TestAnEnvOfTheSeedsIsTaken reads the .env of a server made with Django.
func TestAnEnvOfTheSeedsIsTaken(t *testing.T) {
	t.Chdir(t.TempDir())
	env := `DEBUG=False
SECRET_KEY=django-insecure-canary
ALLOWED_HOSTS=madang.example,127.0.0.1
CORS_ALLOWED_ORIGINS=https://app.example
JWT_ACCESS_TOKEN_LIFETIME=30
JWT_REFRESH_TOKEN_LIFETIME=7
MAX_IMAGE_SIZE=5
MAX_AUDIO_SIZE=50
MAX_VIDEO_SIZE=200
TIME_ZONE=Asia/Seoul
EMAIL_HOST=smtp.example.com
EMAIL_PORT=587
EMAIL_USE_TLS=True
EMAIL_HOST_USER=madang
EMAIL_HOST_PASSWORD=canary
DEFAULT_FROM_EMAIL=post@madang.example
AWS_ACCESS_KEY_ID=key
AWS_SECRET_ACCESS_KEY=canary
AWS_STORAGE_BUCKET_NAME=files
AWS_S3_REGION_NAME=ap-northeast-2
AWS_S3_ENDPOINT_URL=https://s3.ap-northeast-2.amazonaws.com
SENTRY_DSN=https://key@sentry.example/1
`
	if err := os.WriteFile(".env", []byte(env), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if l.SMTP.Host != "smtp.example.com" || l.SMTP.Username != "madang" || l.SMTP.Password != "canary" || l.SMTP.From.Address != "post@madang.example" ||
		l.Files.Bucket != "files" || l.Files.Region != "ap-northeast-2" || l.Files.AccessKey != "key" || l.RefreshLifetime.Hours() != 7*24 || l.SentryDSN == "" {
		t.Errorf("%+v", l.Config)
	}
	for _, v := range l.Values {
		if strings.Contains(v.Shown(), "canary") || v.Name == "SMTP_HOST" && v.From != FromFile {
			t.Errorf("%s %s from %s", v.Name, v.Shown(), v.From)
		}
	}
	t.Setenv("SMTP_HOST", "mail.example.com") // ours, and said nearer
	if l, err = Load(nil); err != nil || l.SMTP.Host != "mail.example.com" {
		t.Errorf("%s %v", l.SMTP.Host, err)
	}
}
