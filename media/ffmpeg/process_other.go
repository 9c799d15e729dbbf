//go:build !unix

package ffmpeg

import "os/exec"

func apart(*exec.Cmd) {}

func endAll(c *exec.Cmd) error { return c.Process.Kill() }

func bound(int, int64, int64) error { return nil }
