import Foundation
import PlaceImport
import PlaceStore
import Places
import TestDatabase
import Testing

@Suite("A file with every kind of wrong row")
struct WrongRowsTests {
  private static func prepare(_ database: TestDatabase) async throws {
    let municipalities = try [("853", "Turku", "Åbo"), ("202", "Kaarina", "S:t Karins")].map { code, fi, sv in
      var change = MunicipalityChange(code: try MunicipalityCode(code))
      change.name = LocalizedText([.fi: fi, .sv: sv])
      return change
    }
    _ = try await database.store.write(by: Author(actor: "test", action: "test")) {
      try await $0.saveMunicipalities(municipalities, source: DataSourceID("fi"))
    }
  }

  private static func load(
    _ bytes: [UInt8], _ database: TestDatabase, rejects: String? = nil
  ) async throws -> ImportReport {
    let file = FileManager.default.temporaryDirectory.appending(path: "wrong-rows-\(UUID().uuidString).csv")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var options = ImportOptions(source: try DataSourceID("test"))
    // Some rows hold bytes that are no text; the encoding of a file with such rows has to be named.
    options.encoding = .utf8
    options.rejectsPath = rejects
    return try await Importer(store: database.store, options: options).run(.places, path: file.path)
  }

  @Test("Exactly the wrong rows are rejected, each with line, field and mend; mended, they are taken, too")
  func everyKind() async throws {
    let file = WrongRows()
    #expect(WrongRows.kinds.count >= 30)
    #expect(file.count == 10_000)
    #expect(Set(file.wrong.map(\.kind.name)).count == WrongRows.kinds.count)
    try await TestDatabase.with { database in
      try await Self.prepare(database)
      let rejects = FileManager.default.temporaryDirectory.appending(path: "rejects-\(UUID().uuidString).csv").path
      defer { try? FileManager.default.removeItem(atPath: rejects) }
      let report = try await Self.load(file.bytes, database, rejects: rejects)
      #expect(report.rows == 10_000)
      #expect(report.rejected == file.wrong.count)
      #expect(report.created == 10_000 - file.wrong.count)
      let errors = Dictionary(grouping: report.problems.filter { $0.severity == .error }, by: \.line)
      #expect(Set(errors.keys) == Set(file.wrong.map(\.line)))
      for row in file.wrong {
        let found = errors[row.line] ?? []
        #expect(
          found.map { "\($0.code) \($0.field ?? "-")" } == ["\(row.kind.code) \(row.kind.field ?? "-")"],
          "\(row.kind.name), line \(row.line): \(found.map(\.description))")
        #expect(
          found.first?.detail.contains(row.kind.advice) == true, "\(row.kind.name): \(found.first?.detail ?? "-")")
      }
      // The rejects file has those rows and no others, each with its reason; mended it finishes the job.
      var rejected = try CSVReader(TextSource(path: rejects, encoding: .utf8))
      #expect(rejected.header == WrongRows.header + ["reject_reason"])
      var reasons: [String] = []
      while let row = try rejected.next() { reasons.append(row.fields.last ?? "") }
      #expect(reasons.count == file.wrong.count)
      for row in file.wrong { #expect(reasons.contains { $0.contains("\(row.kind.code): ") }, "\(row.kind.name)") }
      var lines = String(decoding: file.mendedFile, as: UTF8.self).split(separator: "\n").map(String.init)
      lines[0] += "\(rejected.delimiter)reject_reason"
      for index in lines.indices.dropFirst() { lines[index] += "\(rejected.delimiter)what was wrong" }
      let mended = try await Self.load(Array((lines.joined(separator: "\n") + "\n").utf8), database)
      #expect(mended.rows == file.wrong.count)
      #expect(mended.rejected == 0, "\(mended.problems.filter { $0.severity == .error }.map(\.description))")
      #expect(mended.created == file.wrong.count)
      #expect(try await database.number("select count(*) from place where data_source = 'test'") == 10_000)
    }
  }
}
