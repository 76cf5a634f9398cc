// Package rest has no settings: there is no cluster.
package rest

// Config is what Helm passes to the clients of a cluster.
type Config struct{}
