import Glibc
import PlaceImport
import Synchronization

/// A line on the terminal that tells how far an import is; nothing where standard error is no terminal.
final class ProgressBar: Sendable {
  private let isShown = isatty(2) == 1
  private let start = ContinuousClock.now
  private let last = Mutex(ContinuousClock.now)

  /// Makes a bar that isn't shown yet.
  init() {}

  /// Shows it, five times a second at the most.
  func show(_ progress: ImportProgress) {
    guard isShown else { return }
    let isDue = last.withLock { last in
      guard last.duration(to: .now) > .milliseconds(200) else { return false }
      last = .now
      return true
    }
    if isDue { Self.write("\r\u{1B}[K\(text(progress))") }
  }

  private func text(_ progress: ImportProgress) -> String {
    let seconds = max(start.duration(to: .now) / .seconds(1), 0.001)
    let rate = "\(progress.rows) rows, \(Int(Double(progress.rows) / seconds)) rows/s"
    guard let bytes = progress.bytes, let size = progress.size, size > 0 else { return rate }
    let share = min(Double(bytes) / Double(size), 1)
    let left = share > 0 ? Int(seconds / share * (1 - share)) : 0
    let filled = Int(share * 30)
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
    return "[\(bar)] \(Int(share * 100)) %  \(rate), \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
  }

  /// Takes it away.
  func clear() {
    if isShown { Self.write("\r\u{1B}[K") }
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(2, bytes, bytes.count)
  }
}
