package collections

// Jobs is the collection of work that is done apart from requests, a row for each piece;
// JobPauses is the table of the kinds that the operator paused.
const (
	Jobs      = "jobs"
	JobPauses = "job_pauses"
)

// JobState says where a job stands.
type JobState string

// States of jobs.
const (
	JobQueued    JobState = "queued"    // waits for its time, the first or the next
	JobRunning   JobState = "running"   // somebody holds its lease, or held it and died
	JobDone      JobState = "done"      // its effect is committed
	JobFailed    JobState = "failed"    // given up; the dead letters
	JobCancelled JobState = "cancelled" // by the operator
)

// JobStates are all of them, in the order in which people read them.
func JobStates() []JobState {
	return []JobState{JobRunning, JobQueued, JobFailed, JobCancelled, JobDone}
}
