import Foundation

/// The page at `/docs`: openapi.json in a form to read. One HTML document that needs nothing else from the network.
public enum DocsPage {
  /// Makes the page. It is made once, at the start, and needs an OpenAPI document such as ours; parts that are missing
  /// are left out.
  public static func render(openAPI: Data) -> String {
    let document = (try? JSONSerialization.jsonObject(with: openAPI)) as? [String: Any] ?? [:]
    return DocsWriter(document: document).page()
  }
}

/// Writes the parts of the page. Every text that comes from the document goes through `text` or `rich`, which escape it.
struct DocsWriter {
  let document: [String: Any]

  private var info: [String: Any] { document.object("info") }
  private var components: [String: Any] { document.object("components") }
  private var paths: [String: Any] { document.object("paths") }

  func page() -> String {
    let tags = document.objects("tags")
    let title = info.string("title") ?? "API"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(text(title)): documentation</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header>
      <h1>\(text(title)) \(text(info.string("version") ?? ""))</h1>
      <p>\(text(info.string("summary") ?? ""))</p>
      <nav aria-label="Contents"><ul>
      \(tags.compactMap { $0.string("name") }.map { "<li><a href=\"#\(slug("tag-" + $0))\">\(text($0))</a></li>" }.joined())
      <li><a href="#schemas">Schemas</a></li><li><a href="/openapi.json">openapi.json</a></li>
      </ul></nav>
      </header>
      <main id="main">
      <section aria-labelledby="introduction">
      <h2 id="introduction">Introduction</h2>
      \(blocks(info.string("description") ?? ""))
      </section>
      \(tags.map(tagSection).joined(separator: "\n"))
      \(schemasSection())
      </main>
      </body>
      </html>

      """
  }

  private func tagSection(_ tag: [String: Any]) -> String {
    let name = tag.string("name") ?? ""
    var section = "<section>\n<h2 id=\"\(slug("tag-" + name))\">\(text(name))</h2>\n"
    section += blocks(tag.string("description") ?? "")
    for path in paths.keys.sorted() {
      let item = paths.object(path)
      for method in item.keys.sorted() {
        let operation = item.object(method)
        if (operation["tags"] as? [String])?.first == name { section += self.operation(operation, method, path) }
      }
    }
    return section + "</section>"
  }

  private func operation(_ operation: [String: Any], _ method: String, _ path: String) -> String {
    let name = "\(method.uppercased()) \(path)"
    let title = code(name)
    var article = "<article>\n<h3 id=\"\(slug(name))\">\(title) \(text(operation.string("summary") ?? ""))</h3>\n"
    article += blocks(operation.string("description") ?? "")
    let parameters = operation.objects("parameters").map(resolved)
    if !parameters.isEmpty {
      article += table(
        "Parameters of \(title)", ["Name", "Type", "Meaning", "Example"],
        parameters.map { parameter in
          let needed = parameter["required"] as? Bool == true ? " (required)" : ""
          let place = parameter.string("in") == "path" ? " in the path" : ""
          return [
            "<code>\(text(parameter.string("name") ?? ""))</code>\(place)\(needed)", type(parameter.object("schema")),
            rich(parameter.string("description") ?? ""), parameter["example"].map { code(json($0)) } ?? "",
          ]
        })
    }
    let body = operation.object("requestBody").object("content")
    if !body.isEmpty {
      let kinds = body.keys.sorted().map { media in
        "<code>\(text(media))</code>: \(type(body.object(media).object("schema")))"
      }
      article += "<p>Body: \(kinds.joined(separator: ", "))</p>\n"
    }
    let responses = operation.object("responses")
    article += table(
      "Answers of \(title)", ["Status", "Meaning", "Body", "Headers"],
      responses.keys.sorted().map { status in
        let response = resolved(responses.object(status))
        let content = response.object("content")
        let bodies = content.keys.sorted().map { media in
          "<code>\(text(media))</code>: \(type(content.object(media).object("schema")))"
        }
        let headers = response.object("headers").keys.sorted().map(code)
        return [
          code(status), rich(response.string("description") ?? ""), bodies.joined(separator: "<br>"),
          headers.joined(separator: ", "),
        ]
      })
    return article + "</article>\n"
  }

  private func schemasSection() -> String {
    let schemas = components.object("schemas")
    var section = "<section aria-labelledby=\"schemas\">\n<h2 id=\"schemas\">Schemas</h2>\n"
    for name in schemas.keys.sorted() {
      let schema = schemas.object(name)
      section += "<article>\n<h3 id=\"\(slug("schema-" + name))\">\(text(name))</h3>\n"
      section += blocks(schema.string("description") ?? "")
      let properties = schema.object("properties")
      let required = Set(schema["required"] as? [String] ?? [])
      if properties.isEmpty {
        section += "<p>\(type(schema))</p>\n"
      } else {
        section += table(
          "Keys of \(text(name))", ["Key", "Type", "Meaning", "Always there"],
          properties.keys.sorted().map { key in
            let property = properties.object(key)
            let meaning = property.string("description") ?? resolved(property).string("description") ?? ""
            return [code(key), type(property), rich(meaning), required.contains(key) ? "yes" : "no"]
          })
      }
      if let example = schema["example"] {
        section += "<details><summary>Example</summary><pre><code>\(text(json(example, pretty: true)))</code></pre>"
        section += "</details>\n"
      }
      section += "</article>\n"
    }
    return section + "</section>"
  }
}
