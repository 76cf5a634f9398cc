// Package kubernetes is empty: Helm imports it only to read the version of client-go.
package kubernetes
