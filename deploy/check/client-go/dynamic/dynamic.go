// Package dynamic finds no cluster.
package dynamic

import (
	"context"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// ResourceInterface is what Helm's lookup calls.
type ResourceInterface interface {
	Get(ctx context.Context, name string, options metav1.GetOptions) (runtime.Unstructured, error)
	List(ctx context.Context, options metav1.ListOptions) (runtime.Unstructured, error)
}

// NamespaceableResourceInterface is a resource in one namespace or in all.
type NamespaceableResourceInterface interface {
	ResourceInterface
	Namespace(name string) ResourceInterface
}

// Client has the resources of a cluster.
type Client interface {
	Resource(kind schema.GroupVersionResource) NamespaceableResourceInterface
}

// NewForConfig fails.
func NewForConfig(*rest.Config) (Client, error) {
	return nil, errors.New("no cluster")
}
