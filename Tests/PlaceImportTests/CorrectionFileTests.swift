import Foundation
import Testing

@testable import PlaceImport

@Suite("A resolved table that a person has changed")
struct CorrectionFileTests {
  private static func read(_ rows: [String], header: String? = nil) throws -> CorrectionFile {
    let path = FileManager.default.temporaryDirectory.appending(path: "corrections-\(UUID().uuidString).csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let header = header ?? "Paikka,resolved_verdict,resolved_id,resolved_text,resolved_before"
    try Data(([header] + rows).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    return try CorrectionFile(path: path)
  }

  /// verdict, id, what stood there before, what is made of it: an id, none, - (untouched) or the problem's code.
  @Test(
    "What a person writes is understood; what they leave alone says nothing",
    arguments: [
      ("ambiguous", "", "ambiguous", "-"), ("match", "a:1", "match a:1", "-"), ("none", "", "none", "-"),
      ("ambiguous", "a:1", "ambiguous", "a:1"), ("match", "a:1", "ambiguous", "a:1"), ("", "a:1", "ambiguous", "a:1"),
      ("none", "a:1", "none", "a:1"), ("match", "a:1", "none", "a:1"), ("match", "a:2", "match a:1", "a:2"),
      ("ambiguous", "none", "ambiguous", "none"), ("none", "", "ambiguous", "none"), ("NONE", "", "match a:1", "none"),
      ("match", "None", "match a:1", "none"), ("none", "none", "none", "-"), ("ambiguous", "a:1", "match a:1", "-"),
      ("match", "", "ambiguous", "no-id"), ("match", "", "match a:1", "no-id"), ("", "", "match a:1", "no-id"),
      ("none", "a:1", "match a:1", "contradiction"), ("none", "a:2", "ambiguous", "contradiction"),
      ("ok", "a:1", "ambiguous", "unknown-verdict"), ("match", "a b:1", "match a b:1", "-"),
    ])
  func rows(verdict: String, id: String, before: String, expected: String) throws {
    let file = try Self.read(["x,\(verdict),\(id),Teksti,\(before)"])
    let found =
      file.problems.first?.code ?? file.corrections.first.map { $0.id ?? "none" } ?? (file.untouched == 1 ? "-" : "")
    #expect(found == expected)
    #expect(file.rows == 1 && file.problems.allSatisfy { $0.line == 2 })
  }

  @Test("Equal texts are decided once; where rows say different things none is taken, and each is told")
  func equal() throws {
    let file = try Self.read([
      "x,ambiguous,a:1,Teksti,ambiguous", "x,ambiguous,,Teksti,ambiguous", "x,ambiguous,a:1,Teksti,ambiguous",
      "y,ambiguous,a:2,Toinen,ambiguous", "y,none,,Toinen,ambiguous", "y,ambiguous,a:2,Toinen,ambiguous",
      "z,ambiguous,a:3,,ambiguous",
    ])
    #expect(file.corrections == [.init(line: 2, text: "Teksti", id: "a:1")])
    #expect(file.repeated == 1 && file.untouched == 1)
    #expect(
      file.problems.map { "\($0.line) \($0.code)" } == [
        "5 disagreement", "6 disagreement", "7 disagreement", "8 no-text",
      ])
    #expect(file.problems.first?.detail.contains("Lines 6, 7") == true)
  }

  @Test("Columns may be moved and written in capitals; a table without them is refused")
  func columns() throws {
    let moved = try Self.read(
      ["match a:1;a:2;Teksti;match"], header: "Resolved_before;RESOLVED_ID;resolved_text;resolved_verdict")
    #expect(moved.corrections == [.init(line: 2, text: "Teksti", id: "a:2")])
    let error = #expect(throws: ImportFailure.self) { _ = try Self.read(["x"], header: "Paikka,resolved_id") }
    #expect(error?.detail.contains("resolved_verdict, resolved_text, resolved_before") == true)
  }
}
