// Records what Kubernetes' own RBAC authorizer answers to random questions about random objects.
//
// The answers in answers.jsonl are from version 1.36. To record them again:
//
//	cd testbed/go/kubernetes-1.36
//	here=../../../crates/kube-access/tests/kubernetes
//	go run -mod=readonly $here/record.go 40 > $here/answers.jsonl
//
// To hold the crate against many more, record them into another file and name it to the test:
//
//	go run -mod=readonly $here/record.go 4000 > /tmp/answers.jsonl
//	MUSTER_RECORDED_ANSWERS=/tmp/answers.jsonl cargo test -p kube-access --test kubernetes
package main

import (
	"context"
	"encoding/json"
	"math/rand"
	"os"
	"strconv"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	cover "k8s.io/component-helpers/auth/rbac/validation"
	"k8s.io/kubernetes/pkg/registry/rbac/validation"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

// World is a cluster's objects, somebody in it, and the answers to questions about them.
type World struct {
	ClusterRoles        []*rbacv1.ClusterRole        `json:"clusterRoles"`
	Roles               []*rbacv1.Role               `json:"roles"`
	ClusterRoleBindings []*rbacv1.ClusterRoleBinding `json:"clusterRoleBindings"`
	RoleBindings        []*rbacv1.RoleBinding        `json:"roleBindings"`
	User                string                       `json:"user"`
	Groups              []string                     `json:"groups"`
	Requests            []Request                    `json:"requests"`
	Paths               []Path                       `json:"paths"`
	Grants              []Grant                      `json:"grants"`
}

// Request is a question about a resource: verb, group, resource, subresource, namespace, name.
type Request struct {
	Asked   [6]string `json:"asked"`
	Allowed bool      `json:"allowed"`
}

// Path is a question about a path: verb, path.
type Path struct {
	Asked   [2]string `json:"asked"`
	Allowed bool      `json:"allowed"`
}

// Grant is a question about rules that somebody wants to give.
type Grant struct {
	Namespace string              `json:"namespace"`
	Rules     []rbacv1.PolicyRule `json:"rules"`
	Lacking   []rbacv1.PolicyRule `json:"lacking"`
}

var random = rand.New(rand.NewSource(7))

func pick(from ...string) string { return from[random.Intn(len(from))] }

func some(from ...string) []string {
	texts := []string{}
	for range 1 + random.Intn(2) {
		texts = append(texts, pick(from...))
	}
	return texts
}

func rule() rbacv1.PolicyRule {
	verbs := some("get", "list", "create", "*", "*")
	if random.Intn(5) == 0 {
		return rbacv1.PolicyRule{Verbs: verbs, NonResourceURLs: some("/healthz", "/healthz/*", "/metrics*", "/metrics**", "*", "/")}
	}
	rule := rbacv1.PolicyRule{
		Verbs:     verbs,
		APIGroups: some("", "apps", "*", "*", "*.example.com"),
		Resources: some("pods", "pods/log", "pods/*", "namespaces", "deployments", "deployments/scale", "*/scale", "*/*", "*", "*", "*"),
	}
	if random.Intn(4) == 0 {
		rule.ResourceNames = some("web", "shop", "*", "")
	}
	return rule
}

func rules() []rbacv1.PolicyRule {
	rules := []rbacv1.PolicyRule{}
	for range 1 + random.Intn(4) {
		rules = append(rules, rule())
	}
	return rules
}

func subjects() []rbacv1.Subject {
	subjects := []rbacv1.Subject{}
	for range 1 + random.Intn(4) {
		switch random.Intn(7) {
		case 0, 1:
			subjects = append(subjects, rbacv1.Subject{Kind: "User", Name: pick("jane", "system:serviceaccount:shop:robot", "developers")})
		case 2, 3:
			subjects = append(subjects, rbacv1.Subject{Kind: "Group", Name: pick("developers", "operators", "system:authenticated", "jane")})
		case 4, 5:
			subjects = append(subjects, rbacv1.Subject{Kind: "ServiceAccount", Name: pick("robot", "default"), Namespace: pick("", "shop", "bank")})
		case 6:
			subjects = append(subjects, rbacv1.Subject{Kind: "Robot", Name: pick("jane", "developers")})
		}
	}
	return subjects
}

func reference() rbacv1.RoleRef {
	return rbacv1.RoleRef{Kind: pick("ClusterRole", "ClusterRole", "ClusterRole", "Role", "Role", "Role", "Other"), Name: pick("view", "edit", "view", "edit", "absent")}
}

func world() World {
	world := World{
		User:   pick("jane", "system:serviceaccount:shop:robot", "nobody"),
		Groups: []string{},
	}
	for _, group := range []string{"developers", "operators", "system:authenticated"} {
		if random.Intn(2) == 0 {
			world.Groups = append(world.Groups, group)
		}
	}
	for _, name := range []string{"view", "edit"} {
		world.ClusterRoles = append(world.ClusterRoles, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: rules()})
		world.ClusterRoleBindings = append(world.ClusterRoleBindings,
			&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: name}, RoleRef: reference(), Subjects: subjects()})
		for _, namespace := range []string{"shop", "bank"} {
			meta := metav1.ObjectMeta{Name: name, Namespace: namespace}
			world.Roles = append(world.Roles, &rbacv1.Role{ObjectMeta: meta, Rules: rules()})
			world.RoleBindings = append(world.RoleBindings, &rbacv1.RoleBinding{ObjectMeta: meta, RoleRef: reference(), Subjects: subjects()})
		}
	}
	return world
}

func (world *World) ask() {
	resolver, objects := validation.NewTestRuleResolver(world.Roles, world.RoleBindings, world.ClusterRoles, world.ClusterRoleBindings)
	rbacAuthorizer := rbac.New(objects, objects, objects, objects)
	somebody := &user.DefaultInfo{Name: world.User, Groups: world.Groups}
	decide := func(attributes authorizer.AttributesRecord) bool {
		attributes.User = somebody
		decision, _, _ := rbacAuthorizer.Authorize(context.Background(), attributes)
		return decision == authorizer.DecisionAllow
	}
	for range 30 {
		asked := [6]string{
			pick("get", "list", "create", "patch"), pick("", "apps", "x.example.com"),
			pick("pods", "namespaces", "deployments", "widgets"), pick("", "", "", "log", "scale", "*"),
			pick("", "shop", "bank", "elsewhere"), pick("", "web", "shop", "other"),
		}
		allowed := decide(authorizer.AttributesRecord{
			ResourceRequest: true, Verb: asked[0], APIGroup: asked[1], Resource: asked[2],
			Subresource: asked[3], Namespace: asked[4], Name: asked[5],
		})
		world.Requests = append(world.Requests, Request{asked, allowed})
	}
	for range 6 {
		asked := [2]string{pick("get", "post"), pick("/", "/healthz", "/healthz/etcd", "/metrics", "/metrics/x", "/apis")}
		world.Paths = append(world.Paths, Path{asked, decide(authorizer.AttributesRecord{Verb: asked[0], Path: asked[1]})})
	}
	for range 3 {
		namespace := pick("", "shop", "bank")
		held, _ := resolver.RulesFor(context.Background(), somebody, namespace)
		wanted := rules()
		if len(held) > 0 && random.Intn(2) == 0 {
			// Something that is covered, as a rule.
			part := held[random.Intn(len(held))]
			part.Verbs = part.Verbs[:1]
			wanted = []rbacv1.PolicyRule{part}
		}
		_, lacking := cover.Covers(held, wanted)
		world.Grants = append(world.Grants, Grant{namespace, wanted, lacking})
	}
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	encoder := json.NewEncoder(os.Stdout)
	for range count {
		world := world()
		world.ask()
		if err := encoder.Encode(world); err != nil {
			panic(err)
		}
	}
}
