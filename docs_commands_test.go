package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// guides are the documents whose commands people type.
var guides = []string{"README.md", "CONTRIBUTING.md", "docs/operating.md", "docs/troubleshooting.md"}

// ran says which test runs the blocks under a label.
var ran = map[string]string{
	"quickstart": "TestQuickStart", "operate": "TestOperating", "trouble": "TestTroubleshooting",
	"install": "TestTenMinutes", "vault": "TestDisaster", "disaster": "TestDisaster", "make": "TestMakeTargets",
}

// unrun are the commands that no test runs word for word: the test that comes nearest, or why there is none.
var unrun = map[string]string{
	"apt-get update && apt-get install -y git make golang caddy curl": "installs a distribution's packages; .ci/run does so for its own",
	"apt-get install ffmpeg":                              "as above",
	"apt-get install libvips-tools":                       "as above",
	"git clone":                                           "from where is for the reader to say",
	"git ls-files | grep likes":                           "shows names of files, for contributors",
	"docker build -t madang .":                            "fetches images; TestDeployFilesAreValid looks at the compose files where there is docker",
	"docker run -p 8090:8090 -v madang:/data madang":      "as above",
	"docker build --target with-ffmpeg .":                 "as above",
	"docker compose -f deploy/compose.yaml up -d --build": "as above",
	"docker compose -f deploy/compose.yaml exec madang /madang doctor --dir /data":                        "as above; TestOperating runs madang doctor",
	"GRAFANA_PASSWORD=… docker compose -f deploy/compose.yaml -f deploy/compose.watch.yaml up -d --build": "as above",
	"systemctl restart madang":             "wants systemd; TestTenMinutes runs what the unit says, under what it says",
	"systemctl edit madang":                "wants systemd and an editor",
	"chown -R madang: /var/lib/madang":     "mends what somebody did as root",
	"chown -R madang: /var/backups/madang": "as above",
	"madang serve your.domain":             "asks for a certificate for a name that leads here",
	"go tool pprof":                        "TestOperating fetches what it reads",
	"madang jobs list --state failed":      "TestOperating runs madang jobs list",
	"madang jobs list --kind backup.take":  "as above",
}

// commands are those of the README's table with arguments to run them on a small instance, in this order. None: another test does.
var commands = []struct {
	name string
	args []string
	want string
}{
	{"serve", nil, "TestQuickStart"},
	{"demo", nil, "ui/e2e/world.mjs"},
	{"superuser upsert", []string{"root@example.com", testapp.Password}, "saved superuser"},
	{"search rebuild", nil, "indexed"},
	{"search verify", nil, ""},
	{"config", []string{"--json"}, `"MAX_IMAGE_SIZE"`},
	{"counters verify", []string{"--fix"}, ""},
	{"doctor", []string{"--deep", "--json"}, `"check":"counters"`},
	{"media check", []string{"--fix", "--json"}, ""},
	{"backup", nil, "TestDisaster"},
	{"restore replica", nil, "TestDisaster"},
	{"restore", nil, "TestDisaster"},
	{"rollback", nil, "TestAnUpgradeThatFails"},
	{"health", nil, "TestOperating"},
}

// typed is what in a text is meant to be typed.
var typed = regexp.MustCompile("`((?:[A-Z_]+=\\S+ )?(?:madang|make|docker|systemctl|journalctl|apt-get|cd|sudo|runuser|sed|curl|chown|chmod|install|caddy|nginx|go|npm|git)(?: [^`]+)?)`")

// TestEveryCommandIsRunOrSaysWhyNot holds the documents to the tests that run their commands.
func TestEveryCommandIsRunOrSaysWhyNot(t *testing.T) {
	block := regexp.MustCompile("(?s)```(\\w*) ?(\\w*)\n(.*?)```")
	var run strings.Builder
	var left []string
	for _, path := range guides {
		text := read(t, path)
		for _, b := range block.FindAllStringSubmatch(text, -1) {
			label := b[2]
			switch test := ran[label]; {
			case test != "":
				functionThereIs(t, test)
				run.WriteString(b[3])
			case b[1] == "sh" || b[1] == "":
				left = append(left, commandLines(b[3])...)
			}
		}
		if path == "README.md" {
			before, table, _ := strings.Cut(text, "## Commands")
			_, after, _ := strings.Cut(table, "\n## ")
			text = before + after // TestCommandsOfTheTable
		}
		for _, c := range typed.FindAllStringSubmatch(block.ReplaceAllString(text, ""), -1) {
			left = append(left, c[1])
		}
	}
	for _, c := range left {
		if _, excused := unrun[c]; !excused && !strings.Contains(run.String(), c) && !strings.Contains(strings.Join(tabled(), "\n"), c) && !isMakeTarget(t, c) {
			t.Errorf("no test runs %q, and no reason is given", c)
		}
	}
	for c := range unrun {
		if !slices.Contains(left, c) {
			t.Errorf("%q is in no document any more", c)
		}
	}
}

// tabled are the commands of [commands].
func tabled() (all []string) {
	for _, c := range commands {
		all = append(all, "madang "+strings.Join(append([]string{c.name}, c.args...), " "))
	}
	return all
}

// isMakeTarget reports whether a command is make with targets that there are; TestMakeTargets has make look at them.
func isMakeTarget(t *testing.T, c string) bool {
	name, targets, _ := strings.Cut(c, " ")
	if name != "make" {
		return false
	}
	for target := range strings.FieldsSeq(targets) {
		if !strings.Contains(read(t, "Makefile"), "\n"+target+": ") {
			return false
		}
	}
	return true
}

func commandLines(block string) (lines []string) {
	for line := range strings.Lines(block) {
		line, _, _ = strings.Cut(line, " #")
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// functionThereIs looks whether there is a test of that name here.
func functionThereIs(t *testing.T, name string) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.Contains(read(t, f), "\nfunc "+name+"(t *testing.T)") {
			return
		}
	}
	t.Errorf("there is no %s", name)
}

// TestMakeTargets has make say what it would do for each target that the documents name.
func TestMakeTargets(t *testing.T) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("no make on this machine")
	}
	for _, target := range []string{"help", "run", "demo", "build", "test", "lint", "e2e", "schema", "client", "client-test"} {
		if said, err := exec.Command("make", "-n", target).CombinedOutput(); err != nil {
			t.Errorf("make %s: %v: %s", target, err, said)
		}
	}
}

// TestCommandsOfTheTable runs the commands that the README lists.
func TestCommandsOfTheTable(t *testing.T) {
	_, table, _ := strings.Cut(read(t, "README.md"), "## Commands")
	table, _, _ = strings.Cut(table, "\n## ")
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `madang ([a-z ]+)").FindAllStringSubmatch(table, -1) {
		listed = append(listed, strings.TrimSpace(row[1]))
	}
	var known []string
	dir := t.TempDir()
	for _, c := range commands {
		known = append(known, c.name)
		if strings.HasPrefix(c.want, "Test") {
			functionThereIs(t, c.want)
			continue
		}
		if strings.HasSuffix(c.want, ".mjs") {
			if !strings.Contains(read(t, c.want), `["`+c.name+`"`) {
				t.Errorf("%s doesn't run %s", c.want, c.name)
			}
			continue
		}
		said, err := madang(t, append(append(strings.Fields(c.name), c.args...), "--dir", dir)...)
		if err != nil && c.name != "doctor" || !strings.Contains(said, c.want) { // the doctor may find something bad on this machine
			t.Errorf("madang %s: %v: %s", c.name, err, said)
		}
	}
	if !slices.Equal(listed, known) {
		t.Errorf("the table has %q, here are %q", listed, known)
	}
}

// blocksOf are the blocks of a document under a label, one script.
func blocksOf(t *testing.T, document, label string) string {
	t.Helper()
	var script strings.Builder
	for _, b := range regexp.MustCompile("(?s)```sh "+label+"\n(.*?)```").FindAllStringSubmatch(read(t, document), -1) {
		script.WriteString(b[1])
	}
	if script.Len() == 0 {
		t.Fatalf("%s has no block of %s", document, label)
	}
	return script.String()
}

// TestTenMinutes goes the way of docs/operating.md from a built program to a backed-up place behind TLS, word for word,
// as root on a scratch machine (testdata/machine.sh says what of it isn't real).
func TestTenMinutes(t *testing.T) {
	for _, tool := range []string{"unshare", "ip", "setpriv", "runuser", "useradd", "curl", "caddy", "systemd-analyze"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine", tool)
		}
	}
	namespaces := []string{"--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"}
	if os.Geteuid() != 0 || exec.Command("unshare", append(namespaces, "true")...).Run() != nil {
		t.Skip("not root, or not let into namespaces of our own")
	}
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	source, scratch := t.TempDir(), t.TempDir() // where the program was built, and the machine
	if err := os.Link(binary, filepath.Join(source, "madang")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".env.example", "deploy"} {
		if err := os.Symlink(absolute(t, name), filepath.Join(source, name)); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.Command("unshare", append(namespaces, "sh", "-c", read(t, "testdata/machine.sh")+blocksOf(t, "docs/operating.md", "install"))...)
	install.Dir = source
	install.Env = []string{"SCRATCH=" + scratch, "PATH=" + os.Getenv("PATH")}
	var said bytes.Buffer
	install.Stdout, install.Stderr = &said, &said
	install.WaitDelay = 10 * time.Second // the servers go with the machine
	if err := install.Run(); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	for _, want := range []string{
		`"status":"ok"`, "https://madang.example/_/#/pbinstall/", "is whole:", "Everything comes back from it.", "it answers over TLS", "the newest backup is of",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it doesn't say %q:\n%s", want, said.String())
		}
	}
}

// TestDisaster loses a machine, and goes on from its backup and its replica by the documents' commands, whose /mnt/other
// is a folder here.
func TestDisaster(t *testing.T) {
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	other, old, fresh := t.TempDir(), t.TempDir(), t.TempDir()
	for _, machine := range []string{old, fresh} { // a data folder that is there belongs to whoever runs the program
		if err := os.Mkdir(filepath.Join(machine, "pb_data"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	in := func(dir, script string) string {
		t.Helper()
		run := exec.Command("sh", "-euxc", strings.ReplaceAll(script, "/mnt/other", other))
		run.Dir = dir
		run.Env = append(os.Environ(), "PATH="+filepath.Dir(binary)+string(os.PathListSeparator)+os.Getenv("PATH"), "LC_ALL=C", "FFMPEG=off")
		said, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		return string(said)
	}
	server := testapp.Start(t, filepath.Join(old, "pb_data"), "REPLICA_TO="+filepath.Join(other, "replica"))
	var acked journal
	uploadFilm(t, server.URL, &acked)
	backups := strings.SplitAfter(blocksOf(t, "README.md", "vault"), "\n")
	if said := in(old, backups[0]+backups[1]); !strings.Contains(said, "Everything comes back") {
		t.Error(said)
	}
	stop := make(chan struct{})
	written := make(chan struct{})
	go func() { defer close(written); write(server.URL, "late", &acked, stop) }()
	copiedAfter(t, filepath.Join(other, "replica"))
	close(stop)
	<-written
	copied := acked.len() // not all of the last second
	server.Kill()

	in(fresh, backups[2])
	if err := os.RemoveAll(filepath.Join(fresh, "pb_data")); err != nil {
		t.Fatal(err)
	}
	in(fresh, blocksOf(t, "docs/operating.md", "disaster"))
	restored := testapp.Start(t, filepath.Join(fresh, "pb_data"))
	missing := acked.missing(t, restored.URL)
	if copied < 3 || len(missing) > copied/2 {
		t.Errorf("of %d writes %d are missing", copied, len(missing))
	}
	for _, path := range acked.paths[:2] { // the film, whose file is in the backup alone
		if slices.Contains(missing, path) {
			t.Errorf("%s is gone", path)
		}
	}
}
