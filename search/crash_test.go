package search

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// crashDir makes this test binary the process that TestKillWhileWriting kills.
var crashDir = flag.String("crash-dir", "", "for TestKillWhileWriting alone: write to the index there until killed")

// kills is how often: go test ./search -run Kill -kills 50
var kills = flag.Int("kills", 3, "how often TestKillWhileWriting kills")

const crashBatch = 4 // documents per step of the cursor

// TestWriteUntilKilled is the victim: it tells each cursor that Apply acknowledged.
func TestWriteUntilKilled(t *testing.T) {
	if *crashDir == "" {
		t.Skip("runs as the child of TestKillWhileWriting")
	}
	ix, err := Open(*crashDir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for cursor := ix.Cursor() + 1; ; cursor++ {
		var ops []Op
		for i := range crashBatch {
			ops = append(ops, IndexOp(post(fmt.Sprintf("%d-%d", cursor, i), "글 고양이")))
		}
		if err := ix.Apply(ops, cursor); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(os.Stderr, cursor)
	}
}

// A process killed while it writes has all that was acknowledged, and documents and cursor agree.
func TestKillWhileWriting(t *testing.T) {
	dir := t.TempDir()
	for round := range *kills {
		acknowledged := killedWhileWriting(t, dir, 8+5*(round%3))
		ix, err := Open(dir, testLog(t))
		if err != nil {
			t.Fatal(err)
		}
		n, err := ix.Count()
		if err != nil || ix.Cursor() < acknowledged || int64(n) != ix.Cursor()*crashBatch {
			t.Errorf("round %d: %d documents at cursor %d, acknowledged %d, %v", round, n, ix.Cursor(), acknowledged, err)
		}
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killedWhileWriting lets a child write some batches to dir, kills it and returns the last cursor it told.
func killedWhileWriting(t *testing.T, dir string, batches int) (acknowledged int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestWriteUntilKilled$", "-crash-dir="+dir)
	told, err := child.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(told)
	for range batches {
		if !lines.Scan() {
			t.Fatalf("the child stopped early: %v", lines.Err())
		}
		if acknowledged, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
			t.Fatalf("the child said %q", lines.Text())
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err == nil {
		t.Fatal("the child was not killed")
	}
	return acknowledged
}
