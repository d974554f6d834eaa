/// A page of documentation written in a little Markdown: headings, paragraphs, lists and tables.
enum GuidePage {
  /// The page as HTML that needs nothing else from the network.
  static func render(_ markdown: String) -> String {
    let writer = DocsWriter(document: [:])
    let blocks = markdown.split(separator: "\n\n").map(String.init)
    let title = blocks.first { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) } ?? "Documentation"
    var heading = title
    let body = blocks.map { block in
      if block.hasPrefix("# ") { return "" }
      if block.hasPrefix("## ") {
        heading = String(block.dropFirst(3))
        return "<h2 id=\"\(writer.slug(heading))\">\(writer.rich(heading))</h2>\n"
      }
      guard block.hasPrefix("|") else { return writer.blocks(block) }
      let rows = rows(block)
      return writer.table(
        writer.rich(heading), rows.first ?? [], rows.dropFirst().map { $0.map { writer.rich($0) } })
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
      <header><h1>\(writer.text(title))</h1><nav><ul><li><a href="/docs">All of the documentation</a></li></ul></nav></header>
      <main>
      \(body.joined())</main>
      </body>
      </html>

      """
  }

  /// A table's rows, the heading first, without the line between.
  static func rows(_ table: String) -> [[String]] {
    table.split(separator: "\n").filter { !$0.hasPrefix("|---") }.map { line in
      line.trimmed.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map(\.trimmed)
    }
  }
}
