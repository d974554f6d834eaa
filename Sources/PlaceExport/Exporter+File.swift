import Crypto
import Foundation
import PlaceStore
import Places

extension Exporter {
  /// Writes the file, which appears under its name only when it is whole, with its checksum (`FILE.sha256`) and, where
  /// the format has no place for them, its sources and state (`FILE.meta.json`) beside it; `-` is standard output.
  /// Throws ``ExportFailure`` and ``PlaceStore/StoreError``; then nothing is left behind.
  public func run(to path: String) async throws -> ExportReport {
    guard path == "-" else { return try await file(path, hasSidecars: true) }
    var report = try await stream { try FileHandle.standardOutput.write(contentsOf: Data($0)) }
    report.path = "-"
    return report
  }

  /// Writes the file, with or without those that go beside it.
  func file(_ path: String, hasSidecars: Bool) async throws -> ExportReport {
    try options.check(path: path)
    try checkCRS()
    let file = try PartFile(path)
    do {
      var report = try await written(file)
      report.path = path
      if hasSidecars { try sidecars(report) }
      try file.commit()
      return report
    } catch {
      file.abandon()
      throw error
    }
  }

  private func written(_ file: PartFile) async throws -> ExportReport {
    guard options.format.isWrittenByGDAL else { return try await stream { try file.write($0) } }
    return try await vectorFile(to: file.partPath)
  }

  /// The checksum in the form that `sha256sum -c` reads, and what the file can't hold itself.
  private func sidecars(_ report: ExportReport) throws {
    guard let path = report.path else { return }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var sidecars = ["\(path).sha256": "\(report.sha256)  \(name)\n"]
    if options.format != .geojson, options.format != .gpkg { sidecars["\(path).meta.json"] = report.metadata + "\n" }
    for (path, text) in sidecars.sorted(by: { $0.key < $1.key }) {
      let file = try PartFile(path)
      do {
        try file.write(Array(text.utf8))
        try file.commit()
      } catch {
        file.abandon()
        throw error
      }
    }
  }

  /// SHA-256 and size of a file.
  static func digest(of path: String) throws -> (sha256: String, bytes: Int) {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw ExportFailure("\(path) can't be read again.", flag: "-o")
    }
    defer { try? file.close() }
    var hash = SHA256()
    var count = 0
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
      count += piece.count
    }
    return (hash.finalize().map { ExportOutput.hex($0) }.joined(), count)
  }
}
