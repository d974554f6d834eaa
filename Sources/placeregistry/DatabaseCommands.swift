import ArgumentParser
import Geodesy
import PlaceImport
import PlaceStore
import Places

/// `placeregistry migrate`
struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the database's schema to this program's; safe to run at any time and from several machines.")

  func run() async throws {
    let settings = try await Settings.load()
    let applied = try await Session.run(settings, checkSchema: false) { session in
      let applied = try await Migrator(client: session.client, logger: session.logger).migrate()
      // A service that starts finds them ready.
      _ = try await session.store.applyDueGeography()
      _ = try await session.store.renewHours()
      _ = try await session.store.fillMatches()
      _ = try await session.store.fillStreets()
      return applied
    }
    print(applied.isEmpty ? "The schema is up to date." : "Applied: \(applied.joined(separator: ", ")).")
  }
}

/// `placeregistry check`
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether the registry can work here: database, schema, encoding, PROJ and its grid.")

  func run() async throws {
    let settings = try await Settings.load()
    let seeds = SeedsDirectory.locate()
    let engine = CoordinateEngine(gridDirectory: seeds.map { $0 + "/proj" })
    var isGood = true
    func tell(_ name: String, _ good: Bool, _ detail: String) {
      print("\(good ? "ok    " : "FAILED") \(name): \(detail)")
      isGood = isGood && good
    }
    tell("PROJ", true, engine.version)
    tell(
      "KKJ triangulation", engine.triangulationInUse,
      engine.triangulationInUse
        ? "in use: KKJ and YKJ coordinates are exact to 2 mm"
        : "fi_nls_ykj_etrs35fin.json was not found (set PLACEREGISTRY_SEEDS): KKJ and YKJ are up to 2.5 m off")
    let hasSeeds = seeds.map(SeedsDirectory.isSeeds) ?? false
    tell("seeds", hasSeeds, hasSeeds ? "found" : "not found: set PLACEREGISTRY_SEEDS to the folder Seeds")
    var step = "database"
    do {
      try await Session.run(settings, checkSchema: false) { session in
        let migrator = Migrator(client: session.client, logger: session.logger)
        try await migrator.checkDatabase()
        tell(step, true, "it answers, is UTF-8 and knows letters")
        step = "schema"
        try await migrator.verify()
        tell(step, true, "it is this program's")
      }
    } catch { tell(step, false, "\(error)") }
    if !isGood { throw ExitCode(1) }
  }
}

/// `placeregistry seed`
struct Seed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Load the reference data (municipalities, postal codes), or with --demo the demonstration venues.")

  @Flag(help: "Load the demonstration venues and events; \"source purge osm --yes\" removes them.")
  var demo = false

  func run() async throws {
    let settings = try await Settings.load()
    let seeds = try SeedsDirectory.require()
    try await Session.run(settings) { session in
      if demo {
        try await loadDemo(seeds, session.store)
      } else {
        try await loadReference(seeds, session.store)
      }
    }
  }

  private func loadReference(_ seeds: String, _ store: PlaceStore) async throws {
    let source = try DataSourceID("reference")
    try await store.describe(
      source, name: "Municipalities and postal codes", licence: "CC BY 4.0 and ODbL 1.0",
      licenceURL: "https://opendatacommons.org/licenses/odbl/1-0/",
      attribution: "GeoNames (CC BY 4.0); Countries States Cities Database (ODbL 1.0)")
    let importer = Importer(store: store, options: ImportOptions(source: source))
    print(try await importer.run(.municipalities, path: seeds + "/reference/municipalities.csv").text)
    print(try await importer.run(.postalCodes, path: seeds + "/reference/postal_codes.csv").text)
  }

  private func loadDemo(_ seeds: String, _ store: PlaceStore) async throws {
    let source = try DataSourceID("osm")
    try await store.describe(
      source, name: "Venues of Helsinki's centre (demonstration)", licence: "ODbL 1.0",
      licenceURL: "https://opendatacommons.org/licenses/odbl/1-0/", attribution: "© OpenStreetMap contributors, 2019")
    let importer = Importer(store: store, options: ImportOptions(source: source))
    var report = try await importer.run(.places, path: seeds + "/demo/places.csv")
    report.keepErrorsOnly()
    print(report.text)
    let events = try await importer.run(.events, path: seeds + "/demo/events.json")
    print(events.text)
    if report.rejected > 0 {
      Stderr.write(
        "placeregistry: rows were rejected; load the reference data first if the municipalities are unknown: "
          + "placeregistry seed")
      throw ExitCode(3)
    }
  }
}
