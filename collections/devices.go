package collections

// Devices are those that somebody signed in from, as hashes. Package accounts alone writes them, by SQL.
const Devices = "devices"
