# coverage.awk reads a Go cover profile, prints the share of statements reached in every
# package and in all of them, and exits with 1 where the whole is below `minimum` per cent.
# A block that several test binaries ran stands in the profile several times: it counts once.

/^mode:/ { next }

{
	statements[$1] = $(NF - 1)
	if ($NF > 0) reached[$1] = 1
}

END {
	for (block in statements) {
		folder = block
		sub(/\/[^\/]*$/, "", folder)
		all[folder] += statements[block]
		if (block in reached) hit[folder] += statements[block]
	}
	for (folder in all) {
		total += all[folder]
		totalHit += hit[folder]
		printf "%6.1f %%  %s\n", 100 * hit[folder] / all[folder], folder | "sort -k3"
	}
	close("sort -k3")
	if (total == 0) {
		print "coverage: the profile is empty" > "/dev/stderr"
		exit 1
	}
	share = 100 * totalHit / total
	printf "%6.1f %%  of all statements (at least %d %% wanted)\n", share, minimum
	exit share < minimum
}
