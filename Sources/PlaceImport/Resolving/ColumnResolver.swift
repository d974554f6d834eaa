import PlaceMatching
import PlaceStore
import Places

/// Resolves a table row by row: equal questions are asked once, a hundred at a time, and memory stays flat.
public struct ColumnResolver {
  private static let batch = 100
  /// Rows that wait for their answers at the most.
  private static let waiting = 10_000
  /// Answers kept in memory at the most are twice that.
  private static let memory = 50_000

  private let store: PlaceStore
  private let file: ColumnFile
  private var report = ColumnReport()
  private var answers = AnswerMemory<Answer>(capacity: memory)
  private var gazetteer: Gazetteer?

  /// An answer in the form in which it is written.
  private struct Answer: Sendable {
    let verdict: MatchVerdict
    /// The cells of a table.
    var cells: [String] = []
    /// The members of a JSON object, without its braces.
    var members: [UInt8] = []
  }

  /// A row that waits.
  private struct Waiting {
    let row: SourceRow
    let question: QuestionColumns.Question?
  }

  /// Makes a resolver of one table, to be run once.
  public init(store: PlaceStore, file: ColumnFile) {
    self.store = store
    self.file = file
  }

  /// Answers all rows. Throws ``ImportFailure`` when the rest of the file can't be read or the output written, and
  /// ``PlaceStore/StoreError``; the output appears only when it is whole.
  public mutating func run() async throws -> ColumnReport {
    let start = ContinuousClock.now
    gazetteer = try await store.municipalities()
    let output = try file.output()
    if file.options.isUnique { try await unique(output) } else { try await rows(output) }
    try output.finish()
    report.seconds = start.duration(to: .now) / .seconds(1)
    return report
  }

  private mutating func rows(_ output: RowFile) async throws {
    var rows: [Waiting] = []
    var asked: [String: QuestionColumns.Question] = [:]
    while let row = try file.next(&report) {
      let question = question(of: row)
      rows.append(Waiting(row: row, question: question))
      if let question, answers.answer(to: question.key) == nil { asked[question.key] = question }
      if asked.count >= Self.batch || rows.count >= Self.waiting {
        try await write(rows, asked, output)
        rows.removeAll(keepingCapacity: true)
        asked.removeAll(keepingCapacity: true)
        tell(report.rows, file.reader.bytesRead, file.size)
      }
    }
    try await write(rows, asked, output)
  }

  private mutating func question(of row: SourceRow) -> QuestionColumns.Question? {
    if let fault = row.fault {
      report.add(ImportProblem(line: row.line, fault: fault))
      return nil
    }
    guard let question = file.questions.question(row.fields) else {
      report.empty += 1
      return nil
    }
    if let problem = question.problem {
      report.add(ImportProblem(line: row.line, severity: .warning, code: problem.code, detail: problem.detail))
    }
    return question
  }

  private mutating func write(
    _ rows: [Waiting], _ asked: [String: QuestionColumns.Question], _ output: RowFile
  ) async throws {
    // Those of this batch are at hand whatever the memory has let go.
    var known = try await ask(asked.values.sorted { $0.key < $1.key })
    for waiting in rows {
      var answer: Answer?
      if let key = waiting.question?.key {
        answer = known[key] ?? answers.answer(to: key)
        if answer == nil, let question = waiting.question {
          answer = try await ask([question])[key]
        }
        known[key] = answer
      }
      count(answer, 1)
      if file.options.isJSON {
        try output.add(json: line(waiting.row.line, answer))
      } else {
        try output.add(file.cells(waiting.row) + (answer?.cells ?? ResolvedCells.empty))
      }
    }
  }

  /// Asks; answers by key.
  private mutating func ask(_ questions: [QuestionColumns.Question]) async throws -> [String: Answer] {
    var found: [String: Answer] = [:]
    var rest = questions[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(Self.batch))
      rest = rest.dropFirst(Self.batch)
      let resolutions = try await store.resolve(part.map(\.query), limit: file.options.limit)
      for (question, resolution) in zip(part, resolutions) {
        let answer = answer(resolution, question)
        found[question.key] = answer
        if !file.options.isUnique { answers.keep(answer, for: question.key) }
      }
      report.distinct += part.count
    }
    return found
  }

  private func answer(_ resolution: Resolution, _ question: QuestionColumns.Question) -> Answer {
    guard file.options.isJSON else {
      return Answer(verdict: resolution.verdict, cells: ResolvedCells.cells(resolution, text: question.text))
    }
    var w = JSONWriter(capacity: 1024)
    w.resolution(resolution, key: question.text) { gazetteer?.municipalities[$0]?.name }
    return Answer(verdict: resolution.verdict, members: w.bytes.dropFirst().dropLast())
  }

  private mutating func count(_ answer: Answer?, _ rows: Int) {
    switch answer?.verdict {
    case .match: report.match += rows
    case .ambiguous: report.ambiguous += rows
    case .some(.none): report.none += rows
    case nil: break
    }
  }

  private func line(_ line: Int, _ answer: Answer?, count: Int? = nil) -> [UInt8] {
    var w = JSONWriter(capacity: 1024)
    w.beginObject()
    w.key("line")
    w.integer(line)
    if let count {
      w.key("count")
      w.integer(count)
    }
    if let answer { w.raw(answer.members) } else { w.member("verdict", nil as String?) }
    w.endObject()
    return w.bytes
  }

  private func tell(_ rows: Int, _ done: Int?, _ all: Int?) {
    file.options.progress?(ImportProgress(rows: rows, bytes: done, size: all))
  }

  /// Each question once, in the order in which they come first; all of them are in memory.
  private mutating func unique(_ output: RowFile) async throws {
    var order: [(question: QuestionColumns.Question, values: [String], line: Int, count: Int)] = []
    var places: [String: Int] = [:]
    while let row = try file.next(&report) {
      guard let question = question(of: row) else { continue }
      if let place = places[question.key] {
        order[place].count += 1
      } else {
        places[question.key] = order.count
        order.append((question, file.questions.values(row.fields), row.line, 1))
      }
    }
    places = [:]
    for start in stride(from: 0, to: order.count, by: Self.batch) {
      let part = order[start..<min(start + Self.batch, order.count)]
      let answers = try await ask(part.map(\.question))
      for one in part {
        let answer = answers[one.question.key]
        count(answer, one.count)
        if file.options.isJSON {
          try output.add(json: line(one.line, answer, count: one.count))
        } else {
          try output.add(one.values + [String(one.count)] + (answer?.cells ?? ResolvedCells.empty))
        }
      }
      tell(report.distinct, start + part.count, order.count)
    }
  }
}
