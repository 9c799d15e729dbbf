package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a small image has no zones of its own
)

func list(v string) []string {
	var items []string
	for _, item := range strings.Split(v, ",") {
		if item = strings.TrimSpace(item); item != "" && item != "*" {
			items = append(items, item)
		}
	}
	return items
}

// networks reads addresses and CIDR blocks. Everything at once is no network: whoever asked
// could then say who they are.
func networks(v string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, item := range strings.Split(v, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		network, err := netip.ParsePrefix(item)
		if address, addressErr := netip.ParseAddr(item); addressErr == nil {
			address = address.Unmap()
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil || network.Bits() == 0 {
			return nil, errors.New("must be addresses or networks, such as 10.0.0.0/8, and not all there are")
		}
		all = append(all, network.Masked())
	}
	return all, nil
}

// program is where one of that name is, "" for off or, on auto, when it isn't there.
func program(name, v string) (string, error) {
	switch v {
	case "off":
		return "", nil
	case "auto":
		path, err := exec.LookPath(name)
		if err != nil {
			return "", nil //nolint:nilerr // one may do without
		}
		return path, nil
	}
	path, err := exec.LookPath(v)
	if err != nil || !filepath.IsAbs(path) {
		return "", errors.New("must be auto, off, or the whole path of a program")
	}
	return path, nil
}

// roles are those that a quota may name.
var roles = []string{"member", "premium", "creator", "moderator", "admin"}

// quota reads megabytes by role, as in "member:2048 premium:20480", or "off".
func quota(v string) (map[string]int64, error) {
	bytes := map[string]int64{}
	if v == "off" {
		return bytes, nil
	}
	for _, item := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' }) {
		role, size, _ := strings.Cut(item, ":")
		mb, err := strconv.ParseInt(size, 10, 64)
		if _, twice := bytes[role]; twice || err != nil || mb < 0 || mb > 1<<40 || !slices.Contains(roles, role) {
			return nil, errors.New("must be MB by role, such as member:2048 premium:20480, or off")
		}
		bytes[role] = mb << 20
	}
	return bytes, nil
}

// address reads host:port; "" stays "".
func address(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	host, port, err := net.SplitHostPort(v)
	if _, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || host == "" {
		return "", errors.New("must be a host and a port, such as 127.0.0.1:9100")
	}
	return v, nil
}

func wrong(err error, expected string) error {
	if err == nil {
		return nil
	}
	return errors.New("must be " + expected)
}

func duration(v string, unit time.Duration) (time.Duration, error) {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || n <= 0 || n > 36_500 {
		return 0, errors.New("must be a number above 0")
	}
	return time.Duration(n * float64(unit)), nil
}

func megabytes(v string) (int64, error) {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 || n > 4096 {
		return 0, errors.New("must be a whole number of MB from 1 to 4096")
	}
	return n << 20, nil
}

// oneOf is v, if it is one of the choices.
func oneOf(v string, choices ...string) (string, error) {
	if !slices.Contains(choices, v) {
		return "", fmt.Errorf("must be one of %s", strings.Join(choices, ", "))
	}
	return v, nil
}
