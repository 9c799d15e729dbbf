package takeout

import _ "embed"

// readme says what is what in the archive, in both languages.
//
//go:embed README.txt
var readme string
