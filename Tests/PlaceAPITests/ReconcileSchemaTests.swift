import Testing

@Suite("The reconciliation specification's documents")
struct ReconcileSchemaTests {
  @Test(
    "Each check takes a right document and refuses a wrong one",
    arguments: [
      (
        "Manifest",
        #"{"versions": ["0.2"], "name": "A", "identifierSpace": "http://a.fi/", "schemaSpace": "http://b.fi/"}"#,
        #"{"versions": ["0.2"], "name": "A", "identifierSpace": "http://a.fi/"}"#
      ),
      (
        "Manifest",
        #"{"versions": ["0.2"], "name": "A", "identifierSpace": "a:/", "schemaSpace": "b:/", "view": {"url": "{{id}}"}}"#,
        #"{"versions": ["0.2"], "name": "A", "identifierSpace": "a:/", "schemaSpace": "b:/", "view": {"url": "{id}"}}"#
      ),
      ("Type", #"{"id": "Place", "name": "Place", "broader": []}"#, #"{"id": "Place"}"#),
      ("SuggestService", #"{"flyout_service_path": "/f?id=${id}"}"#, #"{"flyout_service_path": "/f?id={{id}}"}"#),
      (
        "Setting", #"{"name": "limit", "label": "Limit", "type": "number", "default": 0}"#,
        #"{"name": "limit", "label": "Limit", "type": "number", "default": "0"}"#
      ),
      (
        "Setting", #"{"name": "a", "label": "A", "type": "select", "choices": [{"value": "x", "name": "X"}]}"#,
        #"{"name": "a", "label": "A", "type": "select"}"#
      ),
      ("QueryBatch", #"{"q0": {"query": "a", "type": ["A"], "limit": 3}}"#, #"{"q0": {}}"#),
      (
        "QueryBatch", #"{"q0": {"properties": [{"pid": "p", "v": [1, true, {"id": "x"}]}]}}"#,
        #"{"q0": {"properties": []}}"#
      ),
      ("QueryBatch", #"{"q0": {"query": ""}}"#, #"{"q0": {"query": "a", "conditions": []}}"#),
      ("QueryBatch", "{}", #"[{"query": "a"}]"#),
      ("ResultBatch", #"{"q0": {"result": []}}"#, #"{"q0": []}"#),
      (
        "ResultBatch", #"{"q": {"result": [{"id": "a", "name": "A", "score": 1.5, "match": true, "type": ["T"]}]}}"#,
        #"{"q": {"result": [{"id": "a", "name": "A", "score": "1.5", "match": true}]}}"#
      ),
      (
        "ResultBatch",
        #"{"q": {"result": [{"id": "a", "name": "A", "score": 1, "features": [{"id": "f", "value": 1}]}]}}"#,
        #"{"q": {"result": [{"id": "a", "name": "A", "score": 1, "features": [{"id": "f", "value": "1"}]}]}}"#
      ),
      ("Suggestions", #"{"result": [{"id": "a", "name": "A", "notable": ["T"]}]}"#, #"{"result": [{"id": "a"}]}"#),
      ("Flyout", #"{"id": "a", "html": "<p>"}"#, #"{"html": "<p>"}"#),
      ("PropertyProposal", #"{"properties": [{"id": "a", "name": "A"}]}"#, #"{"properties": ["a"]}"#),
      (
        "ExtensionQuery", #"{"ids": ["a"], "properties": [{"id": "p", "settings": {}}]}"#,
        #"{"ids": "a", "properties": []}"#
      ),
      (
        "Extension", #"{"meta": [{"id": "p", "name": "P"}], "rows": {"a": {"p": [{"str": "x"}]}}}"#,
        #"{"meta": [{"id": "p", "name": "P"}], "rows": {"a": {"p": ["x"]}}}"#
      ),
      ("Value", #"{"int": 3}"#, #"{"int": 3.5}"#), ("Value", #"{"id": "a", "name": "A"}"#, #"{"id": "a"}"#),
      ("Value", "{}", #"{"str": "a", "int": 1}"#),
      ("Value", #"{"date": "2026-02-28T12:00:00.5Z"}"#, #"{"date": "2026-02-28"}"#),
    ])
  func documents(schema: String, right: String, wrong: String) throws {
    let checker = try ReconcileSchemas.checker()
    #expect(checker.check(try CheckedJSON(right), schema: schema) == [])
    #expect(checker.check(try CheckedJSON(wrong), schema: schema) != [])
  }
}
