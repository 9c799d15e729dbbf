# A scratch machine for the commands of docs/operating.md that are marked install: run as root in namespaces of its own
# (unshare --mount --net --pid --fork), with /etc, /var/lib, /var/backups and /usr/local/bin of its own below $SCRATCH.
# What it has in place of systemd does what the unit says of user, folder, settings and command; of the rest of the unit
# only the form is looked at. Caddy makes its own certificate, since nobody outside could give it one.
set -eu
mount --make-rprivate /
ip link set lo up

mkdir -p "$SCRATCH/bin" "$SCRATCH/lib" "$SCRATCH/backups" "$SCRATCH/shims"
cp -a /etc "$SCRATCH/etc"
mkdir -p "$SCRATCH/etc/caddy"
echo '127.0.0.1 madang.example' >> "$SCRATCH/etc/hosts"
mount --bind "$SCRATCH/etc" /etc
mount --bind "$SCRATCH/bin" /usr/local/bin
mount --bind "$SCRATCH/lib" /var/lib
mount --bind "$SCRATCH/backups" /var/backups

cat > "$SCRATCH/shims/systemctl" << 'END'
#!/bin/sh
set -eu
unit=/etc/systemd/system/madang.service
said() { sed -n "s/^$1=//p" "$unit"; }
case "$*" in
daemon-reload)
	command -v systemd-analyze > /dev/null && systemd-analyze verify --man=no "$unit"
	;;
"enable --now madang")
	set -a # as EnvironmentFile: NAME=value
	. "$(said EnvironmentFile | sed 's/^-//')"
	set +a
	cd "$(said WorkingDirectory)"
	setpriv --reuid="$(said User)" --regid="$(said Group)" --init-groups --no-new-privs $(said ExecStart) > "$SCRATCH/journal" 2>&1 &
	tries=0
	until curl -sf http://127.0.0.1:8090/api/health > /dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 300 ] || { cat "$SCRATCH/journal"; exit 1; }
		sleep 0.1
	done
	;;
"reload caddy")
	{ printf '{\n\tadmin off\n\tskip_install_trust\n\tlocal_certs\n}\n'; cat /etc/caddy/Caddyfile; } > "$SCRATCH/Caddyfile"
	HOME=$SCRATCH XDG_DATA_HOME=$SCRATCH XDG_CONFIG_HOME=$SCRATCH caddy run --config "$SCRATCH/Caddyfile" --adapter caddyfile > "$SCRATCH/caddy.log" 2>&1 &
	tries=0
	until [ -s "$SCRATCH/caddy/pki/authorities/local/root.crt" ] || [ "$tries" -ge 300 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	cat "$SCRATCH/caddy/pki/authorities/local/root.crt" >> /etc/ssl/certs/ca-certificates.crt # believed on this machine
	tries=0
	until curl -sf https://madang.example/api/health > /dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 300 ] || { cat "$SCRATCH/caddy.log"; exit 1; }
		sleep 0.1
	done
	;;
*)
	echo "systemctl $*: not on this machine" >&2
	exit 1
	;;
esac
END
cat > "$SCRATCH/shims/journalctl" << 'END'
#!/bin/sh
[ "$*" = "-u madang -n 20" ] && tail -n 20 "$SCRATCH/journal"
END
chmod -R go+rX "$SCRATCH"
chmod +x "$SCRATCH/shims/systemctl" "$SCRATCH/shims/journalctl"
export PATH="$SCRATCH/shims:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" SCRATCH LC_ALL=C.UTF-8
set -x
