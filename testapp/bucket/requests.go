package bucket

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// ServeHTTP answers as S3 does.
func (b *Bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.busy.RLock()
	defer b.busy.RUnlock()
	key, ours := strings.CutPrefix(r.URL.Path, "/"+b.Config.Bucket+"/")
	query := r.URL.Query()
	switch {
	case !b.signed(r):
		refuse(w, http.StatusForbidden, "SignatureDoesNotMatch")
	case !ours:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	case key == "" && query.Get("list-type") == "2":
		b.list(w, query)
	case query.Has("uploads") || query.Has("uploadId"):
		b.upload(w, r, key, query)
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		b.get(w, r, key)
	case r.Method == http.MethodPut:
		b.put(w, r, key)
	case r.Method == http.MethodDelete:
		b.Drop(key)
		w.WriteHeader(http.StatusNoContent)
	default:
		refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed")
	}
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code></Error>", code) //nolint:errcheck // who left misses nothing
}

// signed reports whether a request was signed with our keys: what it says it signed is signed again.
func (b *Bucket) signed(r *http.Request) bool {
	said := r.Header.Get("Authorization")
	_, names, _ := strings.Cut(said, "SignedHeaders=")
	names, _, _ = strings.Cut(names, ",")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || names == "" {
		return false
	}
	again := r.Clone(r.Context())
	again.ContentLength, again.Header = 0, http.Header{}
	for name := range strings.SplitSeq(names, ";") {
		if v := r.Header.Values(name); len(v) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = v
		}
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	keys := aws.Credentials{AccessKeyID: b.Config.AccessKey, SecretAccessKey: b.Config.Secret}
	if err := signer.SignHTTP(r.Context(), keys, again, r.Header.Get("X-Amz-Content-Sha256"), "s3", b.Config.Region, at); err != nil {
		return false
	}
	signature := func(s string) string { _, s, _ = strings.Cut(s, "Signature="); return s }
	return signature(said) == signature(again.Header.Get("Authorization"))
}

// put answers PutObject, and CopyObject where a source is named.
func (b *Bucket) put(w http.ResponseWriter, r *http.Request, key string) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender has gone
	}
	if source := r.Header.Get("X-Amz-Copy-Source"); source != "" {
		from, err := url.PathUnescape(source)
		content = b.Content(strings.TrimPrefix(strings.TrimPrefix(from, "/"), b.Config.Bucket+"/"))
		if err != nil || content == nil {
			refuse(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		defer answer(w, struct {
			XMLName xml.Name `xml:"CopyObjectResult"`
			ETag    string
		}{ETag: etag(content)})
	}
	b.store(key, content, r.Header)
	w.Header().Set("ETag", etag(content))
}

func (b *Bucket) store(key string, content []byte, said http.Header) {
	kept := http.Header{}
	for name, values := range said {
		if name == "Content-Type" || strings.HasPrefix(name, "X-Amz-Meta-") {
			kept[name] = values
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.objects[key] = object{content, time.Now().Truncate(time.Second), kept}
}

// upload answers the requests of an upload in parts: create, part, complete, abort.
func (b *Bucket) upload(w http.ResponseWriter, r *http.Request, key string, query url.Values) {
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender has gone
	}
	id := query.Get("uploadId")
	b.mu.Lock()
	parts := b.uploads[id]
	switch {
	case query.Has("uploads"):
		id = strconv.Itoa(len(b.uploads) + 1)
		b.uploads[id] = map[int][]byte{}
	case r.Method == http.MethodPut && parts != nil:
		number, err := strconv.Atoi(query.Get("partNumber"))
		if err == nil {
			parts[number] = content
		}
	case r.Method == http.MethodDelete:
		b.uploads[id] = nil
	}
	b.mu.Unlock()
	switch {
	case query.Has("uploads"):
		answer(w, struct {
			XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
			UploadId string
		}{UploadId: id})
	case r.Method == http.MethodPut:
		w.Header().Set("ETag", etag(content))
	case r.Method == http.MethodPost:
		b.complete(w, r, key, parts, content)
	}
}

func (b *Bucket) complete(w http.ResponseWriter, r *http.Request, key string, parts map[int][]byte, list []byte) {
	var said struct {
		Parts []struct {
			PartNumber int
			ETag       string
		} `xml:"Part"`
	}
	if err := xml.Unmarshal(list, &said); err != nil || len(said.Parts) == 0 {
		refuse(w, http.StatusBadRequest, "MalformedXML")
		return
	}
	var whole []byte
	for i, p := range said.Parts {
		if i > 0 && said.Parts[i-1].PartNumber >= p.PartNumber || etag(parts[p.PartNumber]) != p.ETag {
			refuse(w, http.StatusBadRequest, "InvalidPart")
			return
		}
		whole = append(whole, parts[p.PartNumber]...)
	}
	b.store(key, whole, r.Header)
	answer(w, struct {
		XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
		Key     string
	}{Key: key})
}

// list answers ListObjectsV2. Pages are short, so that reading on is tested as well.
func (b *Bucket) list(w http.ResponseWriter, query url.Values) {
	const most = 2
	type entry struct {
		Key          string
		LastModified string
		Size         int
		ETag         string
	}
	page := struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []entry
		CommonPrefixes        []struct{ Prefix string }
	}{}
	prefix, delimiter, after := query.Get("prefix"), query.Get("delimiter"), query.Get("continuation-token")
	for _, key := range b.Keys("") {
		rest, in := strings.CutPrefix(key, prefix)
		if !in || key <= after {
			continue
		}
		if folder, _, below := strings.Cut(rest, delimiter); delimiter != "" && below {
			one := struct{ Prefix string }{prefix + folder + delimiter}
			if !slices.Contains(page.CommonPrefixes, one) {
				page.CommonPrefixes = append(page.CommonPrefixes, one)
			}
			continue
		}
		if len(page.Contents) == most {
			page.IsTruncated, page.NextContinuationToken = true, page.Contents[most-1].Key
			break
		}
		b.mu.Lock()
		o := b.objects[key]
		b.mu.Unlock()
		page.Contents = append(page.Contents, entry{key, o.modified.UTC().Format(time.RFC3339), len(o.content), etag(o.content)})
	}
	answer(w, page)
}

func answer(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/xml")
	if err := xml.NewEncoder(w).Encode(what); err != nil {
		return // who left misses nothing
	}
}
