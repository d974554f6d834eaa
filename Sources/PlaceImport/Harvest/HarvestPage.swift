import Geodesy
import PlaceStore
import Places

/// Objects of one page on their way into the registry: checked against what is there, each with its own verdict, written
/// together.
struct HarvestPage {
  let key: HarvestKey
  let engine: CoordinateEngine
  var report: ImportReport
  /// Data sources that are here, with their owners.
  let owners: [String: String?]
  /// What has been said once and needn't be said of each object.
  var said: Set<String> = []
  /// Ids of places of this run, in a dry run, where none of them stays.
  var seen: Set<String>?
  /// Places that events of the page wait for.
  var waiting: Set<String> = []
  /// What is known of places that may be here already; nil: places keep to themselves.
  var matching: HarvestMatching?

  /// The objects that can be taken at all, by id; the others are rejected.
  mutating func readable(_ objects: [(number: Int, object: JSONValue)], _ transaction: StoreTransaction) async throws
    -> [HarvestedBody]
  {
    let own = owners[key.source.description] ?? nil
    var bodies: [HarvestedBody] = []
    var made: Set<String> = []
    for (number, object) in objects {
      report.rows += 1
      let text = object["id"]?.stringValue ?? ""
      let id: PlaceID
      do throws(InvalidValue) { id = try PlaceID(text) } catch {
        reject(ImportProblem(line: number, id: text, code: "id", field: "id", value: text, detail: error.detail))
        continue
      }
      let source = id.source.description
      let body = HarvestedBody(object, id: id, number: number)
      if source == "fi" {
        // The municipalities' own places are built in, here as there.
        report.unchanged += 1
        continue
      }
      if let owner = owners[source] ?? nil, owner != own {
        reject(
          body.problem(
            "foreign-source", "data_source", source,
            "The data source \(source) belongs to \(owner) here, which keeps it itself: the object was left out."))
        continue
      }
      if let index = bodies.firstIndex(where: { $0.id == id }) {
        report.unchanged += 1
        bodies[index] = body
      } else {
        bodies.append(body)
      }
      if made.insert(source).inserted { try await transaction.ensureSource(id.source) }
    }
    return bodies
  }

  mutating func reject(_ problem: ImportProblem) { report.add([problem]) }

  /// Tells what was mended in an object that was taken; a key that is unknown is told once.
  mutating func tell(_ problems: [ImportProblem]) {
    report.add(problems.filter { $0.code != "unknown-key" || said.insert($0.field ?? "").inserted })
  }
}
