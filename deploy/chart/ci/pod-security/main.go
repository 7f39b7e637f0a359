// Evaluates pods with the code of the API server's admission: reads a JSON list of {name, spec} and prints those that the pod security
// standard `restricted` refuses.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		panic(err)
	}
	var pods []struct {
		Name string         `json:"name"`
		Spec corev1.PodSpec `json:"spec"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&pods); err != nil {
		panic(err)
	}
	refused := 0
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for _, pod := range pods {
		result := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &metav1.ObjectMeta{}, &pod.Spec))
		if !result.Allowed {
			refused++
			fmt.Printf("%s: %s\n", pod.Name, result.ForbiddenDetail())
		}
	}
	if refused > 0 || len(pods) == 0 {
		os.Exit(1)
	}
}
