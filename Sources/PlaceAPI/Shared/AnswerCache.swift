import Foundation
import NIOCore
import PlaceStore
import Synchronization

/// Answers as they were given, kept while the registry is in the state that they show.
///
/// Before a kept answer is given again the registry's state is read, one reading for all who ask at the same time: so it
/// is never older than the question, on any number of processes, and costs little more than HTTP itself.
final class AnswerCache: Sendable {
  private struct Entries {
    var state: RegistryState?
    var young: [String: Answer] = [:]
    var old: [String: Answer] = [:]
    var youngBytes = 0
  }
  private let entries = Mutex(Entries())
  private let limit: Int

  /// Holds about `bytes` of bodies: two generations of half as much; what is asked for again moves to the young one.
  init(bytes: Int) { limit = bytes / 2 }

  /// Whether an answer is kept for the request, whatever its state.
  func holds(_ key: String) -> Bool {
    entries.withLock { $0.young[key] != nil || $0.old[key] != nil }
  }

  /// The answer kept for the request, if it shows this state and its events have not ended meanwhile.
  func answer(_ key: String, in state: RegistryState) -> Answer? {
    entries.withLock { entries in
      guard entries.state == state else { return nil }
      if let answer = entries.young[key] { return Self.current(answer) }
      guard let answer = entries.old[key] else { return nil }
      Self.keep(answer, key, &entries, limit)
      return Self.current(answer)
    }
  }

  private static func current(_ answer: Answer) -> Answer? {
    if let end = answer.validUntil, end <= Date().timeIntervalSince1970 { return nil }
    return answer
  }

  /// Keeps an answer; those that show another state are dropped, since that state never comes again.
  func keep(_ answer: Answer, _ key: String) {
    guard let state = answer.state, answer.body.readableBytes <= limit / 16 else { return }
    entries.withLock { entries in
      if let kept = entries.state, kept != state {
        // A slow answer must not push out those of a later state.
        guard (state.sequence, state.geography) > (kept.sequence, kept.geography) else { return }
        entries = Entries()
      }
      entries.state = state
      Self.keep(answer, key, &entries, limit)
    }
  }

  private static func keep(_ answer: Answer, _ key: String, _ entries: inout Entries, _ limit: Int) {
    let bytes = answer.body.readableBytes + key.utf8.count + 256
    if entries.youngBytes + bytes > limit {
      entries.old = entries.young
      entries.young = [:]
      entries.youngBytes = 0
    }
    if entries.young.updateValue(answer, forKey: key) == nil { entries.youngBytes += bytes }
  }
}
