package collections

// The collections of unique pairs: who does it, and to what.
const (
	Likes     = "likes"     // a person likes a post
	Bookmarks = "bookmarks" // a person keeps a post
	Follows   = "follows"   // a person follows another
	Mutes     = "mutes"     // a person doesn't want to read another
	Blocks    = "blocks"    // a person wants nothing to do with another
	// FollowRequests are of people who want to follow somebody who approves followers.
	FollowRequests = "follow_requests"
	TagFollows     = "tag_follows" // a person follows a tag
	// NotInterested are posts, people and tags that a person doesn't want to be recommended; a row is about one of them.
	NotInterested = "not_interested"
)

// LikePairs and the others name the two fields of each pair collection.
var (
	LikePairs     = Pair{Likes, "user", "post"}
	BookmarkPairs = Pair{Bookmarks, "user", "post"}
	FollowPairs   = Pair{Follows, "follower", "following"}
	MutePairs     = Pair{Mutes, "user", "target"}
	BlockPairs    = Pair{Blocks, "user", "target"}
	RequestPairs  = Pair{FollowRequests, "follower", "following"}

	TagFollowPairs = Pair{TagFollows, "user", "tag"}
	DislikedPosts  = Pair{NotInterested, "user", "post"}
	DislikedPeople = Pair{NotInterested, "user", "target"}
	DislikedTags   = Pair{NotInterested, "user", "tag"}
)
