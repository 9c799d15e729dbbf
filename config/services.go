package config

import (
	"errors"
	"net/mail"
	"strconv"
	"strings"

	"github.com/pocketbase/ozzo-validation/v4/is"
)

// SMTP is the mail server, and whom mails are from.
type SMTP struct {
	Host               string // "" for the one of the dashboard's settings
	Port               int
	Username, Password string
	TLS                bool // from the first byte; else STARTTLS where the server offers it
	From               mail.Address
}

// services are the settings of what else the program needs: a mail server, and storage for files.
func services() []Setting {
	return append(smtp(), storage()...)
}

func smtp() []Setting {
	return []Setting{
		{"SMTP_HOST", "", "mail server; empty: the one that is set in the dashboard", func(c *Config, v string) error {
			if is.Host.Validate(v) != nil {
				return errors.New("must be the name of a host, such as smtp.example.com")
			}
			c.SMTP.Host = v
			return nil
		}},
		{"SMTP_PORT", "587", "its port", func(c *Config, v string) (err error) {
			c.SMTP.Port, err = strconv.Atoi(v)
			if err == nil && (c.SMTP.Port < 1 || c.SMTP.Port > 65535) {
				err = strconv.ErrRange
			}
			return wrong(err, "a port, from 1 to 65535")
		}},
		{"SMTP_USERNAME", "", "as whom to sign in there", func(c *Config, v string) error { c.SMTP.Username = v; return nil }},
		{"SMTP_PASSWORD", "", "the password for it", func(c *Config, v string) error { c.SMTP.Password = v; return nil }},
		{"SMTP_TLS", "false", "true: TLS from the first byte, as at port 465; false: STARTTLS where the server offers it", func(c *Config, v string) (err error) {
			c.SMTP.TLS, err = strconv.ParseBool(v)
			return wrong(err, "true or false")
		}},
		{"MAIL_FROM", "", "whom mails are from, such as Madang <post@madang.example>", func(c *Config, v string) error {
			if v == "" && c.SMTP.Host != "" {
				return errors.New("must be set together with SMTP_HOST")
			}
			if v == "" {
				return nil
			}
			from, err := mail.ParseAddress(v)
			if err != nil || is.EmailFormat.Validate(from.Address) != nil { // note: user@localhost is none to PocketBase
				return errors.New("must be an address, such as Madang <post@madang.example>")
			}
			c.SMTP.From = *from
			return nil
		}},
	}
}

func storage() []Setting {
	set := func(name, byDefault, help string, where func(*S3) *string) Setting {
		return Setting{name, byDefault, help, func(c *Config, v string) error { *where(&c.Files) = v; return nil }}
	}
	return []Setting{
		set("S3_ENDPOINT", "", "of the storage for files, e.g. https://s3.eu-central-1.amazonaws.com", func(s *S3) *string { return &s.Endpoint }),
		set("S3_REGION", "us-east-1", "its region", func(s *S3) *string { return &s.Region }),
		set("S3_ACCESS_KEY", "", "of whoever may write there", func(s *S3) *string { return &s.AccessKey }),
		set("S3_SECRET", "", "its secret", func(s *S3) *string { return &s.Secret }),
		{"S3_BUCKET", "", "the bucket; empty: files are in the data folder, or where the dashboard says", func(c *Config, v string) error {
			c.Files.Bucket = v
			if s := c.Files; v != "" && (s.Endpoint == "" || s.AccessKey == "" || s.Secret == "") {
				return errors.New("must be set with S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET")
			}
			if v != "" && (is.URL.Validate(c.Files.Endpoint) != nil || !strings.Contains(c.Files.Endpoint, "://")) {
				return errors.New("S3_ENDPOINT must be an http or https address")
			}
			return nil
		}},
	}
}
