package collections

// PushSubscriptions are the browsers that somebody is told on; PushKeys is the table of the keys by which the place
// signs what it sends them, which no API shows.
const (
	PushSubscriptions = "push_subscriptions"
	PushKeys          = "push_keys"
)
