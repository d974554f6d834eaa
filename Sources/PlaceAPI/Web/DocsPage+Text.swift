import Foundation

/// Text, types and tables of the documentation page.
extension DocsWriter {
  static let style = """
    :root{color-scheme:light dark}
    body{font:1rem/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:1rem}
    h1,h2,h3{line-height:1.25;margin:1.5em 0 .5em}h2{border-bottom:1px solid;padding-bottom:.25rem}
    code,pre{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}
    pre{overflow:auto;white-space:pre-wrap;border:1px solid;padding:.5rem}
    .scroll{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;width:100%}
    caption{text-align:left;font-weight:600;padding:.25rem 0}
    th,td{border:1px solid #888;padding:.3rem .5rem;text-align:left;vertical-align:top}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none}
    .skip{position:absolute;left:-99rem}.skip:focus{position:static}
    """

  /// Escaped for HTML, in text and in attributes.
  func text(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  func code(_ text: String) -> String { "<code>\(self.text(text))</code>" }

  /// Escaped, with what stands in backquotes as code, and as a link when it is the path of a request to try.
  func rich(_ source: String) -> String {
    source.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { index, part in
        guard index % 2 == 1 else { return text(String(part)) }
        let code = code(String(part))
        return part.hasPrefix("/v1/") && part.contains("?") ? "<a href=\"\(text(String(part)))\">\(code)</a>" : code
      }
      .joined()
  }

  /// Paragraphs and lists: blocks are parted by an empty line, a block whose lines begin with "- " is a list.
  func blocks(_ source: String) -> String {
    source.components(separatedBy: "\n\n").filter { !$0.isEmpty }
      .map { block in
        let lines = block.components(separatedBy: "\n")
        guard lines.allSatisfy({ $0.hasPrefix("- ") }) else { return "<p>\(rich(block))</p>\n" }
        return "<ul>\(lines.map { "<li>\(rich(String($0.dropFirst(2))))</li>" }.joined())</ul>\n"
      }
      .joined()
  }

  /// A table from cells that are HTML already. The first cell of a row is its heading.
  func table(_ caption: String, _ headings: [String], _ rows: [[String]]) -> String {
    let head = headings.map { "<th scope=\"col\">\(text($0))</th>" }.joined()
    let body = rows.map { row in
      let cells = row.dropFirst().map { "<td>\($0)</td>" }.joined()
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>\n"
    }
    return """
      <div class="scroll" tabindex="0"><table><caption>\(caption)</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body.joined())</tbody></table></div>

      """
  }

  /// A schema in a few words, with links to the schemas that it names.
  func type(_ schema: [String: Any]) -> String {
    if let reference = schema.string("$ref") {
      let steps = reference.split(separator: "/").map(String.init)
      if steps.count == 4, steps[2] == "schemas" {
        return "<a href=\"#\(slug("schema-" + steps[3]))\">\(text(steps[3]))</a>"
      }
      return type(resolved(schema))
    }
    for choice in ["oneOf", "anyOf"] where schema[choice] != nil {
      return schema.objects(choice).map(type).joined(separator: " or ")
    }
    if let value = schema["const"] { return code(json(value)) }
    if let values = schema["enum"] as? [Any] { return values.map { code(json($0)) }.joined(separator: ", ") }
    var names = (schema["type"] as? [String] ?? schema.string("type").map { [$0] } ?? ["any"]).map(text)
    if let index = names.firstIndex(of: "array"), schema["items"] != nil {
      names[index] = "array of \(type(schema.object("items")))"
    }
    var facts: [String] = []
    for (key, phrase) in [("minimum", "at least"), ("maximum", "at most"), ("default", "default")] {
      if let value = schema[key] { facts.append("\(phrase) \(text(json(value)))") }
    }
    if let format = schema.string("format") { facts.append(text(format)) }
    return names.joined(separator: " or ") + (facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))")
  }

  /// What a `$ref` leads to, or the object itself.
  func resolved(_ object: [String: Any]) -> [String: Any] {
    guard let reference = object.string("$ref"), reference.hasPrefix("#/") else { return object }
    return reference.dropFirst(2).split(separator: "/").reduce(document) { found, step in
      found.object(step.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~"))
    }
  }

  /// A string as it is, anything else as JSON.
  func json(_ value: Any, pretty: Bool = false) -> String {
    if let string = value as? String { return string }
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: pretty ? options.union(.prettyPrinted) : options)
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  /// A name as an anchor: letters, digits and hyphens.
  func slug(_ name: String) -> String {
    name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
  }
}

extension [String: Any] {
  func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
  func objects(_ key: String) -> [[String: Any]] { self[key] as? [[String: Any]] ?? [] }
  func string(_ key: String) -> String? { self[key] as? String }
}
