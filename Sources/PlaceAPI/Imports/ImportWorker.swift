import Logging
import PlaceImport
import PlaceStore
import Places
import ServiceLifecycle
import Synchronization

/// Checks and applies uploaded files, one at a time in a process, and tells how far it is about once a second.
public final class ImportWorker: Service, Sendable {
  /// Something to do.
  struct Job: Sendable {
    let session: String
    /// Who asked for it.
    let person: String
  }

  private struct State {
    var queue: [Job] = []
    var isEnded = false
    /// What works through the queue; nil while it is empty.
    var working: Task<Void, Never>?
  }

  let store: PlaceStore
  let logger: Logger
  private let state = Mutex(State())

  /// Makes a worker, which works as soon as there is something to do; ``run()`` ends it, and clears up after others.
  init(store: PlaceStore, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  /// Whether it takes nothing on any more, so that nobody should wait for it.
  var isEnded: Bool { state.withLock { $0.isEnded } }

  /// Checks or applies a session, whichever its status says, after all that were asked for before.
  func enqueue(_ job: Job) {
    state.withLock { state in
      state.queue.append(job)
      if state.working == nil, !state.isEnded { state.working = Task { await self.work() } }
    }
  }

  /// Looks once a minute for sessions whose service was stopped, until graceful shutdown or cancellation; then what it
  /// does is given up, which leaves nothing behind.
  public func run() async throws {
    TemporaryFolder.removeAbandoned()
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          let count = try await self.store.noteStoppedImports()
          if count > 0 { self.logger.warning("imports were stopped midway", metadata: ["count": "\(count)"]) }
        } catch is CancellationError { return } catch {
          self.logger.warning("stopped imports can't be looked for", metadata: ["error": "\(error)"])
        }
        try? await Task.sleep(for: .seconds(60))
      }
    }
    let working = state.withLock { state in
      state.isEnded = true
      return state.working
    }
    working?.cancel()
    await working?.value
  }

  private func work() async {
    var job: Job?
    while true {
      // What was done leaves the queue only now, so that it is known to be taken care of.
      job = state.withLock { state in
        if job != nil { state.queue.removeFirst() }
        if state.queue.isEmpty { state.working = nil }
        return state.queue.first
      }
      guard let job else { return }
      await take(job)
    }
  }

  /// Does a job, whatever comes of it.
  private func take(_ job: Job) async {
    if !Task.isCancelled {
      let progress = ProgressNote()
      let beating = Task { await beat(job.session, progress) }
      await ImportJob(worker: self, id: job.session, person: job.person, progress: progress).run()
      beating.cancel()
      await beating.value
    }
    guard Task.isCancelled else { return }
    // Said by another task: this one's statements are refused.
    let store = store
    _ = await Task { try? await store.noteStoppedImports([job.session]) }.value
  }

  /// Tells how far a session is until it is cancelled.
  private func beat(_ session: String, _ progress: ProgressNote) async {
    while !Task.isCancelled {
      let waiting = state.withLock { $0.queue.dropFirst().map(\.session) }
      do { try await store.noteProgress(progress.json, of: session, waiting: waiting) } catch {
        if !(error is CancellationError) {
          logger.warning(
            "an import's progress can't be told", metadata: ["session": "\(session)", "error": "\(error)"])
        }
      }
      try? await Task.sleep(for: .seconds(1))
    }
  }
}

/// How far the reading of a file is, as it was told last.
final class ProgressNote: Sendable {
  private struct State {
    var rows = 0
    var bytes: Int? = 0
    var size: Int?
  }
  private let state = Mutex(State())

  /// Notes what the importer tells.
  func note(_ progress: ImportProgress) {
    state.withLock { state in
      state.rows = progress.rows
      state.bytes = progress.bytes
      state.size = progress.size ?? state.size
    }
  }

  /// Notes how large the file is.
  func begin(size: Int) { state.withLock { $0 = State(size: size) } }

  /// `{"rows", "bytes", "size"}`; nil before it has begun.
  var json: JSONValue? {
    let state = state.withLock { $0 }
    return state.size == nil ? nil : Self.json(rows: state.rows, bytes: state.bytes, size: state.size)
  }

  /// `{"rows", "bytes", "size"}`
  static func json(rows: Int, bytes: Int?, size: Int?) -> JSONValue {
    .object([
      .init("rows", .integer(Int64(rows))), .init("bytes", bytes.map { .integer(Int64($0)) } ?? .null),
      .init("size", size.map { .integer(Int64($0)) } ?? .null),
    ])
  }
}
