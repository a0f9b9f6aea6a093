use super::*;
use crate::resources::apply::manifest;
use crate::resources::yaml::read_documents;

fn mapping() -> Mapping {
    Mapping::of_built_in_kinds()
}

fn plan(text: &str, mode: ApplyMode) -> Vec<Result<Work, Box<ApplyResult>>> {
    make(
        &mapping(),
        manifest::documents(read_documents(text).unwrap()),
        "shop",
        mode,
        false,
    )
    .steps
}

#[test]
fn objects_without_a_namespace_get_the_given_one_and_cluster_wide_ones_none() {
    let steps = plan(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n\
         {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: other}}\n---\n\
         {apiVersion: v1, kind: Namespace, metadata: {name: b, namespace: x}}\n",
        ApplyMode::Apply,
    );
    let steps = steps.into_iter().map(Result::unwrap).collect::<Vec<_>>();
    let paths = steps.iter().map(Work::path).collect::<Vec<_>>();
    let expected = [
        "/api/v1/namespaces/shop/configmaps/a",
        "/api/v1/namespaces/other/configmaps/a",
        "/api/v1/namespaces/b",
    ];
    assert_eq!(paths, expected);
    assert_eq!(steps[0].object["metadata"]["namespace"], "shop");
    assert_eq!(steps[2].object["metadata"].get("namespace"), None);
}

#[test]
fn an_unknown_kind_names_what_may_be_meant() {
    let steps = plan(
        "{apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: a}}",
        ApplyMode::Apply,
    );
    let message = steps[0].as_ref().unwrap_err().message.clone().unwrap();
    assert_eq!(
        message,
        "there is no kind Deployment in apps/v1beta1 on this cluster; did you mean Deployment (apps/v1)?"
    );
}

#[test]
fn the_same_object_twice_is_refused_with_the_place_of_the_first() {
    let text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n\
                {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}\n";
    let steps = plan(text, ApplyMode::Apply);
    assert!(steps[0].is_ok());
    assert!(
        steps[1]
            .as_ref()
            .unwrap_err()
            .message
            .as_ref()
            .unwrap()
            .contains("document 1")
    );
}

#[test]
fn a_kind_that_the_manifest_brings_is_known() {
    let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.example.com}\n\
                spec: {group: example.com, scope: Cluster, names: {plural: gadgets, kind: Gadget}, versions: [{name: v1}]}\n\
                ---\n{apiVersion: example.com/v1, kind: Gadget, metadata: {name: a}}\n";
    let steps = plan(text, ApplyMode::Apply);
    let gadget = steps[1].as_ref().unwrap();
    assert!(!gadget.kind_exists);
    assert_eq!(gadget.path(), "/apis/example.com/v1/gadgets/a");
}

#[test]
fn names_are_made_up_only_when_creating() {
    let text = "{apiVersion: v1, kind: Pod, metadata: {generateName: a-, uid: '1', resourceVersion: '2'}}";
    assert!(plan(text, ApplyMode::Apply)[0].is_err());
    let steps = plan(text, ApplyMode::Create);
    let work = steps[0].as_ref().unwrap();
    assert_eq!(work.object["metadata"].get("uid"), None);
}

#[test]
fn the_outcome_is_told_by_the_object_before_and_after() {
    let steps = plan(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}",
        ApplyMode::Apply,
    );
    let work = steps[0].as_ref().unwrap();
    let after = work.object.clone();
    assert_eq!(work.result(None, &after).outcome, ApplyOutcome::Created);
    assert_eq!(work.result(None, &after).before.as_deref(), Some(""));
    assert_eq!(work.result(Some(&after), &after).outcome, ApplyOutcome::Unchanged);
    let mut before = after.clone();
    before["data"]["a"] = "c".into();
    let result = work.result(Some(&before), &after);
    assert_eq!(
        (result.outcome, result.changes[0].path.as_str()),
        (ApplyOutcome::Changed, "/data/a")
    );
}
