// Package scheme knows the groups that the chart uses, instead of all groups of Kubernetes. An object of another group cannot be
// decoded, and fails the check.
package scheme

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Scheme has the types of the groups.
var Scheme = runtime.NewScheme()

// AddToScheme adds the types of the groups to a scheme.
var AddToScheme = (&runtime.SchemeBuilder{
	appsv1.AddToScheme,
	batchv1.AddToScheme,
	corev1.AddToScheme,
	policyv1.AddToScheme,
}).AddToScheme

func init() {
	metav1.AddToGroupVersion(Scheme, schema.GroupVersion{Version: "v1"})
	if err := AddToScheme(Scheme); err != nil {
		panic(err)
	}
}
