package config

// seeds are the names by which servers made with Django know settings of ours, so that such an .env can be kept. In force
// where ours isn't set in the same place.
var seeds = map[string]string{
	"SMTP_HOST": "EMAIL_HOST", "SMTP_PORT": "EMAIL_PORT", "SMTP_USERNAME": "EMAIL_HOST_USER", "SMTP_PASSWORD": "EMAIL_HOST_PASSWORD",
	"SMTP_TLS": "EMAIL_USE_SSL", "MAIL_FROM": "DEFAULT_FROM_EMAIL",
	"S3_ENDPOINT": "AWS_S3_ENDPOINT_URL", "S3_REGION": "AWS_S3_REGION_NAME", "S3_BUCKET": "AWS_STORAGE_BUCKET_NAME",
	"S3_ACCESS_KEY": "AWS_ACCESS_KEY_ID", "S3_SECRET": "AWS_SECRET_ACCESS_KEY",
}

// unneeded are settings of such servers that may stay where they are: secrets are made at the first start, and STARTTLS is
// always tried.
var unneeded = []string{"SECRET_KEY", "EMAIL_USE_TLS"}

// bySeeds is a lookup that also knows the names of seeds.
func bySeeds(lookup func(name string) (string, bool)) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		value, set := lookup(name)
		if seed, has := seeds[name]; !set && has {
			return lookup(seed)
		}
		return value, set
	}
}
