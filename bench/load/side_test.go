package load

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/bench/proc"
)

// side is one of the two that a row compares, a process of its own.
type side struct {
	pid int
	run func(d time.Duration) (turn, error)
}

// turn has it work for a while.
func (s side) turn(d time.Duration) (turn, error) {
	before, err := proc.CPU(s.pid)
	if err != nil {
		return turn{}, err
	}
	did, err := s.run(d)
	if err != nil {
		return did, err
	}
	after, err := proc.CPU(s.pid)
	did.CPU = after - before
	return did, err
}

// served is a side that answers requests at address.
func served(b *testing.B, pid int, address string, conns int, s script) side {
	b.Helper()
	c, err := dial(address, conns, s)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.close)
	return side{pid, c.run}
}

// roleName says what a process that a benchmark starts is to do; without it the tests run.
const roleName = "MADANG_BENCH_ROLE"

// roles are what this program does as a baseline: each reads its orders from stdin.
var roles = map[string]func(in io.Reader) error{
	"memory": answerFromMemory, "sql": runSQL, "pocketbase": servePocketBase, "bcrypt": runBcrypt, "record": record,
}

func TestMain(m *testing.M) {
	play, is := roles[os.Getenv(roleName)]
	if !is {
		os.Exit(m.Run())
	}
	if err := play(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, os.Getenv(roleName)+":", err)
		os.Exit(1)
	}
}

// start starts a process in a role with orders, until the benchmark ends, and returns what it prints.
func start(b *testing.B, role string, orders any) (pid int, said *bufio.Reader) {
	b.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), roleName+"="+role)
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := child.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = child.Process.Kill() // it may have ended by itself
		_ = child.Wait()
	})
	if err := gob.NewEncoder(in).Encode(orders); err != nil {
		b.Fatal(err)
	}
	return child.Process.Pid, bufio.NewReader(out)
}

// startServing is start of a process that serves, and returns where.
func startServing(b *testing.B, role string, orders any) (pid int, address string) {
	b.Helper()
	pid, said := start(b, role, orders)
	address, err := said.ReadString('\n')
	if err != nil {
		b.Fatalf("%s: %v", role, err)
	}
	return pid, strings.TrimSpace(address)
}

// listen tells the benchmark where it is served.
func listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		fmt.Println(l.Addr())
	}
	return l, err
}

// working is a side that works by itself, in a process of that role.
func working(b *testing.B, role string, orders any) side {
	b.Helper()
	pid, address := startServing(b, role, orders)
	return side{pid, func(d time.Duration) (t turn, err error) {
		answer, err := http.Get("http://" + address + "/?for=" + d.String())
		if err != nil {
			return t, err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			said, _ := io.ReadAll(answer.Body)
			return t, fmt.Errorf("%s: %s", role, said)
		}
		return t, json.NewDecoder(answer.Body).Decode(&t)
	}}
}

// work is the process of a working side: several workers at once do a piece of work again and again, for as long as is asked.
func work(workers int, do func(worker, n int) error) error {
	l, err := listen()
	if err != nil {
		return err
	}
	done := make([]int, workers)
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d, err := time.ParseDuration(r.FormValue("for"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var all sync.WaitGroup
		turns, errs := make([]turn, workers), make([]error, workers)
		began := time.Now()
		for i := range workers {
			all.Go(func() {
				for at := time.Now(); at.Sub(began) < d && errs[i] == nil; done[i]++ {
					errs[i] = do(i, done[i])
					now := time.Now()
					turns[i].Waits = append(turns[i].Waits, now.Sub(at))
					at = now
				}
			})
		}
		all.Wait()
		var sum turn
		for i := range turns {
			if err = errs[i]; err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			sum.add(turns[i])
		}
		sum.Took = time.Since(began)
		_ = json.NewEncoder(w).Encode(sum) // who asked is gone otherwise
	}))
}
