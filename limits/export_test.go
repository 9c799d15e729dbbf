package limits

// What the tests look at from outside.
var (
	ByPattern              = byPattern
	Table                  = table
	WithoutSecrets         = withoutSecrets
	ReferrerWithoutSecrets = referrerWithoutSecrets
)

// The numbers that the stories count up to.
const (
	MaxFailures       = maxFailures
	StreamsPerAddress = streamsPerAddress
	StreamsPerAccount = streamsPerAccount
	MaxSubscriptions  = maxSubscriptions
	MaxBatch          = maxBatch
)
