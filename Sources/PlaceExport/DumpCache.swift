import Foundation
import Glibc
import PlaceStore
import Places

/// A whole dump that lies on the disk, open for reading: it stays readable when a newer one takes its place.
public final class DumpFile: Sendable {
  /// What it holds.
  public let report: ExportReport
  private let descriptor: Int32

  /// Nil when the file is not there any more.
  init?(_ report: ExportReport, path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.report = report
    guard descriptor >= 0 else { return nil }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// At most so many bytes from an offset on; none behind the end. Throws ``ExportFailure`` when the disk fails.
  public func read(at offset: Int, count: Int) throws -> [UInt8] {
    let descriptor = self.descriptor
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let length = pread(descriptor, buffer.baseAddress, count, off_t(offset))
      if length < 0 { failed = errno }
      initialized = max(0, length)
    }
    if failed != 0 { throw ExportFailure("A dump can't be read: \(String(cString: strerror(failed))).") }
    return bytes
  }
}

/// Keeps the newest dump of each kind and format on the disk, so that a state of the registry is written out once however
/// many ask for it. One dump is made at a time.
public actor DumpCache {
  private struct Entry {
    let report: ExportReport
    let path: String
    /// ``PlaceStore/RegistryState/geography`` when it was begun.
    let geography: Int
    var lastUse: ContinuousClock.Instant
  }

  private let store: PlaceStore
  private let directory: String
  private let isTemporary: Bool
  private let maximumBytes: Int
  private var isReady = false
  private var entries: [ExportOptions: Entry] = [:]
  /// Dumps that are to be made and not begun yet: whoever asks now may have them.
  private var waiting: [ExportOptions: Task<Void, any Error>] = [:]
  private var last: Task<Void, any Error>?

  /// Makes a cache in a folder of its own (nil: a new one among the temporary files); older dumps are removed when all
  /// together have more bytes than `maximumBytes`.
  public init(store: PlaceStore, directory: String?, maximumBytes: Int) {
    self.store = store
    self.maximumBytes = maximumBytes
    isTemporary = directory == nil
    self.directory =
      directory
      ?? FileManager.default.temporaryDirectory.appending(
        path: "placeregistry-dumps-\(getpid())-\(UInt32.random(in: 0 ... .max))"
      ).path
  }

  deinit {
    if isTemporary { try? FileManager.default.removeItem(atPath: directory) }
  }

  /// The dump of the registry as it is now, or became while it was waited for. Throws ``ExportFailure`` and
  /// ``PlaceStore/StoreError``.
  public func dump(_ options: ExportOptions) async throws -> DumpFile {
    // Twice: the first may be removed by another one between its making and its opening.
    for _ in 0..<2 {
      if let file = current(options, in: try await store.state()) { return file }
      try await making(options).value
      if let entry = entries[options], let file = DumpFile(entry.report, path: entry.path) { return file }
    }
    throw ExportFailure("The folder of dumps loses its files: \(directory).")
  }

  private func current(_ options: ExportOptions, in state: RegistryState) -> DumpFile? {
    guard let entry = entries[options], entry.report.sequence == state.sequence,
      entry.geography == state.geography, let file = DumpFile(entry.report, path: entry.path)
    else { return nil }
    entries[options]?.lastUse = .now
    return file
  }

  private func making(_ options: ExportOptions) -> Task<Void, any Error> {
    if let task = waiting[options] { return task }
    let task = Task { [last] in
      _ = await last?.result
      try await self.make(options)
    }
    waiting[options] = task
    last = task
    return task
  }

  private func make(_ options: ExportOptions) async throws {
    waiting[options] = nil
    let state = try await store.state()
    if current(options, in: state) != nil { return }
    try prepare()
    let name = "dump-\(options.kind.rawValue)-\(state.sequence)-\(UInt32.random(in: 0 ... .max))"
    let path = "\(directory)/\(name).\(options.format.rawValue)"
    let report = try await Exporter(store: store, options: options).file(path, hasSidecars: false)
    if let old = entries[options] { unlink(old.path) }
    entries[options] = Entry(report: report, path: path, geography: state.geography, lastUse: .now)
    trim(keeping: options)
  }

  /// Makes the folder and removes what a former run left there.
  private func prepare() throws {
    guard !isReady else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for name in try FileManager.default.contentsOfDirectory(atPath: directory) where name.hasPrefix("dump-") {
        unlink("\(directory)/\(name)")
      }
    } catch {
      throw ExportFailure("The folder of dumps can't be used: \(directory): \(error.localizedDescription)")
    }
    isReady = true
  }

  private func trim(keeping kept: ExportOptions) {
    var bytes = entries.values.reduce(0) { $0 + $1.report.bytes }
    for (options, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse })
    where options != kept && bytes > maximumBytes {
      unlink(entry.path)
      entries[options] = nil
      bytes -= entry.report.bytes
    }
  }
}
