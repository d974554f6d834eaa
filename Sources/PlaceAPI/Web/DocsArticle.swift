import NIOCore
import Places

/// A long page of documentation, written in the Markdown of our own pages: headings, paragraphs, lists, tables, fenced
/// code, and code in backquotes.
enum DocsArticle {
  /// The pages by their name in the path, `/docs/<name>`.
  static let pages: [String: Answer] = [
    "imports": page(PackageResources.imports_md),
    "linked-events": page(PackageResources.linked_events_md),
    "access": page(PackageResources.access_md),
    "changes": page(PackageResources.changes_md),
    "redaction": page(PackageResources.redaction_md),
    "opening-hours": page(PackageResources.opening_hours_md),
    "matching": page(PackageResources.matching_md),
  ]

  private static func page(_ bytes: [UInt8]) -> Answer {
    Answer(media: .html, body: ByteBuffer(string: render(String(decoding: bytes, as: UTF8.self))))
  }

  /// The page as one HTML document that needs nothing else.
  static func render(_ markdown: String) -> String {
    let writer = DocsWriter(document: [:])
    var lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    var title = ""
    var body = ""
    while let line = lines.first {
      lines = lines.dropFirst()
      if line.hasPrefix("```") {
        let code = lines.prefix { !$0.hasPrefix("```") }
        lines = lines.dropFirst(code.count + 1)
        body += "<pre><code>\(writer.text(code.joined(separator: "\n")))</code></pre>\n"
      } else if line.hasPrefix("#") {
        let level = line.prefix { $0 == "#" }.count
        let text = line.dropFirst(level).trimmed
        if level == 1 { title = text }
        body += "<h\(level) id=\"\(writer.slug(text))\">\(writer.rich(text))</h\(level)>\n"
      } else if line.hasPrefix("|") {
        let rows = [line] + lines.prefix { $0.hasPrefix("|") }
        lines = lines.dropFirst(rows.count - 1)
        body += table(rows, writer)
      } else if !line.isEmpty {
        let isList = line.hasPrefix("- ")
        let rest = lines.prefix {
          !$0.isEmpty && !$0.hasPrefix("|") && !$0.hasPrefix("```") && !$0.hasPrefix("#")
            && (isList || !$0.hasPrefix("- "))
        }
        lines = lines.dropFirst(rest.count)
        // A list's item may go on in the next line.
        let block = ([line] + rest).joined(separator: "\n").replacing("\n  ", with: " ")
        body += isList ? writer.blocks(block) : "<p>\(writer.rich(block))</p>\n"
      }
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(writer.text(title))</title>
      <style>\(DocsWriter.style)</style>
      </head>
      <body>
      <nav aria-label="Contents"><ul><li><a href="/docs">All of the interface</a></li></ul></nav>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  private static func table(_ rows: [String], _ writer: DocsWriter) -> String {
    let cells = rows.map { row in
      row.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
    }
    guard let head = cells.first else { return "" }
    return writer.table("", head, cells.dropFirst(2).map { $0.map(writer.rich) })
  }
}

extension API {
  /// `/docs/{name}`
  func article(_ exchange: Exchange) throws -> Answer {
    guard let page = DocsArticle.pages[exchange.segments[0]] else {
      let names = DocsArticle.pages.keys.sorted().map { "/docs/\($0)" }.joined(separator: ", ")
      throw Problem.notFound("There is no such page; there are /docs and \(names).")
    }
    return page
  }
}
