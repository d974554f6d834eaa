import Foundation
import HTTPTypes
import NIOCore
import PlaceStore
import Places
import Postgres
import TestDatabase
import Testing

@testable import PlaceAPI

/// `/v1/import/`: a file is uploaded, checked, applied and taken back.
@Suite("Import routes")
struct ImportRouteTests {
  static let path = "/v1/import/"
  static let upload = "/v1/import/?kind=places&source=turku&wait=60"
  private static let csv = """
    id,name_fi,name_sv,postal_code,lon,lat
    uima,Uimala,Simhallen,20100,22.27,60.45
    sali,Sali,Salen,2010,22.27,60.45
    teatteri,Teatteri,Teatern,20100,22.27,60.45

    """

  static func send(
    _ api: TestAPI, _ target: String = upload, _ body: String = csv, key: String? = "turku-editor",
    type: String = "text/csv", _ headers: [String: String] = [:]
  ) async throws -> TestAPI.Reply {
    try await api.write(.post, target, body, key: key, headers.merging(["Content-Type": type]) { a, _ in a })
  }

  static func id(_ reply: TestAPI.Reply) throws -> String { try #require(reply.json()["session"]?.stringValue) }

  private static func show(_ api: TestAPI, _ id: String) async throws -> JSONValue {
    try await api.get(path + id + "/?wait=60", ["apikey": "turku-editor"]).json()
  }

  @Test("A file is uploaded and checked, nothing changes; applied it stands; undone it is gone, and all of it is told")
  func life() async throws {
    try await PlaceWritingTests.with { api in
      let reply = try await Self.send(api, Self.upload + "&file_name=C%3A%5Ckansio%5Cpaikat.csv")
      #expect(reply.status == 200)
      let session = reply.json()
      let id = try Self.id(reply)
      #expect(reply.header("Location") == "http://test.fi/v1/import/\(id)/")
      #expect(session["status"] == .string("checked"))
      #expect(session["file_name"] == .string("paikat.csv"))
      #expect(session["progress"] == .null && session["failure"] == .null)
      let report = try #require(session["report"])
      #expect(report["session"] == .string(id) && report["dry_run"] == .bool(true))
      #expect(report["created"] == .integer(2) && report["rejected"] == .integer(1))
      #expect(report["problems"]?.arrayValue?.first?["line"] == .integer(3))
      #expect(try await api.get("/v1/place/turku:uima/").status == 404)

      let rejects = try await api.get(Self.path + id + "/rejects", ["apikey": "turku-editor"])
      #expect(rejects.status == 200)
      #expect(rejects.header("Content-Type") == "text/csv; charset=utf-8")
      #expect(rejects.header("Content-Disposition") == "attachment; filename=\"\(id)-rejects.csv\"")
      let rejected = String(decoding: rejects.plain, as: UTF8.self)
      #expect(rejected.hasPrefix("id,name_fi,name_sv,postal_code,lon,lat,reject_reason\nsali,Sali,Salen,2010,"))
      let verdicts = try await api.get(Self.path + id + "/verdicts/", ["apikey": "turku-editor"])
      #expect(String(decoding: verdicts.plain, as: UTF8.self).contains("\n2,turku:uima,new"))

      let applied = try await api.write(.post, Self.path + id + "/apply?wait=60")
      #expect(applied.status == 200)
      #expect(applied.json()["status"] == .string("applied"))
      #expect(applied.json()["report"]?["dry_run"] == .bool(false))
      #expect(applied.json()["applied_time"]?.stringValue != nil)
      let place = try await api.get("/v1/place/turku:uima/")
      #expect(place.json()["name"]?["fi"] == .string("Uimala"))
      let head = try await api.database.store.changeHead().head
      #expect(applied.header("X-Change-Sequence") == String(head))
      let history = try await api.get("/v1/place/turku:uima/history/").json()["data"]?.arrayValue?.first
      #expect(history?["actor"] == .string("import:\(id)"))
      let lines = try await api.get("/v1/changes", ["apikey": "kaarina-editor"]).json()["data"]?.arrayValue ?? []
      #expect(lines.last?["actor"] == .string("import:\(id)") && lines.last?["person"] == nil)
      let own = try await api.get("/v1/changes", ["apikey": "admin"]).json()["data"]?.arrayValue ?? []
      #expect(own.last?["person"] == .string("key:editor"))

      let again = try await api.write(.post, Self.path + id + "/apply")
      #expect(again.status == 409 && again.code() == "not-checked")

      let undone = try await api.write(.post, Self.path + id + "/undo")
      #expect(undone.status == 200)
      #expect(undone.json()["status"] == .string("undone") && undone.json()["undone_time"]?.stringValue != nil)
      #expect(try await api.get("/v1/place/turku:uima/").status == 410)
      #expect(try await api.write(.post, Self.path + id + "/undo").status == 200)
      #expect(try await Self.show(api, id)["status"] == .string("undone"))
    }
  }

  @Test("apply=true goes on by itself; a repeated Idempotency-Key finds the same session, another file does not")
  func once() async throws {
    try await PlaceWritingTests.with { api in
      let target = Self.upload + "&apply=true"
      let first = try await Self.send(api, target, key: "turku-editor", ["Idempotency-Key": "import-1"])
      #expect(first.status == 200)
      #expect(first.json()["status"] == .string("applied"))
      let again = try await Self.send(api, target, key: "turku-editor", ["Idempotency-Key": "import-1"])
      #expect(try Self.id(again) == Self.id(first))
      let other = try await Self.send(api, target, "id,name_fi\nx,X\n", ["Idempotency-Key": "import-1"])
      #expect(other.status == 422 && other.code() == "idempotency-key-reused")
      #expect(try await api.database.number("select count(*) from import_session") == 1)
    }
  }

  @Test("Later edits are named, and nothing is taken back")
  func laterEdits() async throws {
    try await PlaceWritingTests.with { api in
      let id = try Self.id(try await Self.send(api, Self.upload + "&apply=true"))
      _ = try await api.write(.patch, "/v1/place/turku:uima/", #"{"email": "uima@turku.fi"}"#)
      let refused = try await api.write(.post, Self.path + id + "/undo")
      #expect(refused.status == 409 && refused.code() == "later-edits")
      let reasons = refused.json()["errors"]?.arrayValue ?? []
      #expect(reasons.count == 1)
      #expect(reasons.first?["detail"]?.stringValue?.contains("turku:uima was changed since by turku") == true)
      #expect(try await api.get("/v1/place/turku:teatteri/").status == 200)
    }
  }

  @Test("Options are those of the command; each wrong one is named")
  func options() async throws {
    try await PlaceWritingTests.with { api in
      let csv = "tunnus;nimi;x;y\na;Sali;23460952,7;6703718,4\nb;Talo;23460953,7;6703718,4\n"
      let query =
        Self.upload + "&map=id%3Dtunnus&map=name_fi%3Dnimi&crs=EPSG%3A3877&delimiter=;&encoding=utf-8"
        + "&where=municipality%3D853,202&where=postal_code%3D20100&max_retired=5&keep_unmapped=true"
      let reply = try await Self.send(api, query, csv)
      #expect(reply.json()["status"] == .string("checked"), "\(reply.json().text)")
      #expect(reply.json()["report"]?["crs"] == .string("EPSG:3877"))
      #expect(reply.json()["report"]?["rows"] == .integer(2))
      #expect(reply.json()["options"]?["map"] == .array([.string("id=tunnus"), .string("name_fi=nimi")]))
      #expect(reply.json()["options"]?["max_retired"] == .string("5"))
      for (query, names) in [
        ("", ["kind", "source"]), ("kind=houses&source=turku", ["kind"]), ("kind=places&source=Turku%20", ["source"]),
        ("kind=places&source=turku&crs=ETRS", ["crs"]), ("kind=places&source=turku&map=a&empty=no", ["empty", "map"]),
        ("kind=places&source=turku&max_retired=101&where=x&where=postal_code%3D1", ["max_retired", "where"]),
        ("kind=places&source=turku&delimiter=ab&encoding=ebcdic", ["delimiter", "encoding"]),
        ("kind=events&source=turku&missing=retire", ["missing"]), ("kind=places&source=turku&apply=yes", ["apply"]),
        ("kind=places&source=turku&wait=61", ["wait"]), ("kind=places&source=turku&allow_clear=1", ["allow_clear"]),
        ("kind=places&source=turku&file_name=%2F", ["file_name"]), ("kind=places&source=turku&dryrun=true", ["dryrun"]),
        ("kind=places&kind=events&source=turku", ["kind"]), ("kind=places&source=turku&mapping=x", ["mapping"]),
      ] {
        let refused = try await Self.send(api, Self.path + "?" + query)
        #expect(refused.status == 400, "\(query)")
        #expect(Set(refused.parameters()) == Set(names), "\(query)")
        #expect(!String(decoding: refused.plain, as: UTF8.self).contains("--"), "\(query)")
      }
      #expect(try await api.database.number("select count(*) from import_session") == 1)
    }
  }

  @Test("Keys: none 401, a reader 403, another source 403, another organisation's session 404, registers for admins")
  func access() async throws {
    try await PlaceWritingTests.with { api in
      let id = try Self.id(try await Self.send(api))
      let target = "/v1/import/?kind=places&source="
      #expect(try await Self.send(api, key: nil).status == 401)
      #expect(try await Self.send(api, key: "turku-reader").status == 403)
      #expect(try await Self.send(api, target + "kaarina").status == 403)
      #expect(try await Self.send(api, target + "uusi").status == 403)
      #expect(try await Self.send(api, target + "turku", key: "shared-only").status == 403)
      let new = try await Self.send(api, target + "uusi&wait=60", key: "admin")
      #expect(new.json()["status"] == .string("checked"))
      for kind in ["municipalities", "divisions", "postal-codes"] {
        #expect(try await Self.send(api, "/v1/import/?kind=\(kind)&source=turku").status == 403)
      }
      for path in ["", "\(id)/", "\(id)/rejects", "\(id)/verdicts"] {
        #expect(try await api.get(Self.path + path).status == 401)
        #expect(try await api.get(Self.path + path, ["apikey": "turku-reader"]).status == 403)
      }
      for path in ["\(id)/", "\(id)/rejects", "\(id)/verdicts", "nothing/"] {
        #expect(try await api.get(Self.path + path, ["apikey": "kaarina-editor"]).status == 404)
      }
      for action in ["apply", "undo"] {
        #expect(try await api.write(.post, Self.path + "\(id)/\(action)", key: nil).status == 401)
        #expect(try await api.write(.post, Self.path + "\(id)/\(action)", key: "turku-reader").status == 403)
        #expect(try await api.write(.post, Self.path + "\(id)/\(action)", key: "kaarina-editor").status == 404)
        #expect(try await api.write(.post, Self.path + "nothing/\(action)").status == 404)
      }
      #expect(try await api.get(Self.path, ["apikey": "kaarina-editor"]).count() == 0)
      #expect(try await api.get(Self.path, ["apikey": "turku-editor"]).count() == 1)
      let all = try await api.get(Self.path + "?page_size=1", ["apikey": "admin"])
      #expect(all.count() == 2 && all.next() != nil)
      #expect(all.json()["data"]?.arrayValue?.first?["source"] == .string("uusi"))
      let second = try await api.get(Self.path + "?page_size=1&page=2", ["apikey": "admin"]).json()
      #expect(second["data"]?.arrayValue?.first?["session"] == .string(id))
      #expect(second["data"]?.arrayValue?.first?["report"]?["problems"] == nil)
      #expect(try await api.get(Self.path + "?source=uusi", ["apikey": "admin"]).count() == 1)
      #expect(try await api.get(Self.path + "?source=uusi", ["apikey": "turku-editor"]).count() == 0)
      #expect(try await api.get(Self.path + "?page=3", ["apikey": "admin"]).status == 404)
      #expect(try await api.write(.delete, Self.path + id + "/").status == 405)
    }
  }

  @Test("A file that is none fails as a whole with the reason; its session can't be applied")
  func notAFile() async throws {
    try await PlaceWritingTests.with { api in
      #expect(try await Self.send(api, Self.upload, "").status == 400)
      for (body, name) in [
        ("PK\u{3}\u{4}\u{0}\u{0}rubbish", "x.csv"), ("just words", "x.csv"), ("{\"a\":", "x.geojson"),
        ("id,name_fi\n\"unclosed", "x.csv"), ("id;name_fi,x\n1;2\n", "../../etc/passwd"),
        ("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "x.gml"),
      ] {
        let reply = try await Self.send(api, Self.upload + "&file_name=" + Paging.escape(name), body)
        #expect(reply.status == 200, "\(body)")
        let text = String(decoding: reply.plain, as: UTF8.self)
        #expect(!text.contains("/tmp/") && !text.contains("place-import"), "\(text)")
        let failed = reply.json()["status"] == .string("failed")
        let rejected = (reply.json()["report"]?["rejected"]?.integerValue ?? 0) > 0
        #expect(failed || rejected, "\(text)")
        guard failed else { continue }
        #expect(reply.json()["failure"]?["detail"]?.stringValue?.isEmpty == false)
        #expect(reply.json()["failure"]?["code"] != .string("internal"), "\(text)")
        let refused = try await api.write(.post, Self.path + Self.id(reply) + "/apply")
        #expect(refused.status == 409)
        let none = try await api.get(Self.path + Self.id(reply) + "/rejects", ["apikey": "turku-editor"])
        #expect(none.status == 404)
      }
      // Cells with what a database can't hold are told, too.
      let odd = try await Self.send(api, Self.upload, "id,name_fi,postal_code\na,Sali\u{0}x,20\u{0}1\n")
      #expect(odd.status == 200)
      #expect(odd.json()["failure"]?["code"] != .string("internal"), "\(odd.json().text)")
    }
  }

  @Test("What would be refused is refused in the dry run, and the parameter that settles it is named")
  func refusal() async throws {
    try await PlaceWritingTests.with { api in
      let rows = (0..<30).map { "p\($0),Paikka \($0),p\($0)@turku.fi\n" }.joined()
      _ = try await Self.send(api, Self.upload + "&apply=true", "id,name_fi,email\n" + rows)
      let cleared = "id,name_fi,email\n" + (0..<30).map { "p\($0),Paikka \($0),\n" }.joined()
      let reply = try await Self.send(api, Self.upload + "&apply=true", cleared)
      #expect(reply.json()["status"] == .string("failed"))
      #expect(reply.json()["failure"]?["code"] == .string("mass-clear"))
      #expect(reply.json()["failure"]?["parameter"] == .string("allow_clear"))
      #expect(try await api.get("/v1/place/turku:p1/").json()["email"] == .string("p1@turku.fi"))
      let meant = try await Self.send(api, Self.upload + "&apply=true&allow_clear=true", cleared)
      #expect(meant.json()["status"] == .string("applied"))
      #expect(try await api.get("/v1/place/turku:p1/").json()["email"] == .null)
    }
  }

  @Test("A file may have so many bytes and no more; coded bodies are not read")
  func limits() async throws {
    try await PlaceWritingTests.with { given in
      var configuration = APIConfiguration()
      configuration.maximumImportBytes = 1000
      let api = try TestAPI(given.database, configuration: configuration)
      let large = "id,name_fi\n" + String(repeating: "a,b\n", count: 300)
      let refused = try await Self.send(api, Self.upload, large)
      #expect(refused.status == 413 && refused.code() == "too-large")
      let told = try await Self.send(api, Self.upload, "x", ["Content-Length": "1001"])
      #expect(told.status == 413)
      #expect(try await Self.send(api, Self.upload, "x", ["Content-Encoding": "gzip"]).status == 415)
      #expect(try await api.database.number("select count(*) from import_session") == 0)
    }
  }

  private static func form(_ parts: [(head: String, body: String)], end: String = "--x y--\r\n") -> String {
    parts.map { "--x y\r\nContent-Disposition: form-data; \($0.head)\r\n\r\n\($0.body)\r\n" }.joined() + end
  }

  @Test("What a browser's form sends is read as well; a wrong form is told")
  func multipart() async throws {
    try await PlaceWritingTests.with { api in
      let type = "multipart/form-data; boundary=\"x y\""
      let file = (head: "name=\"file\"; filename=\"väärä.csv\"\r\nContent-Type: text/csv", body: Self.csv)
      let reply = try await Self.send(api, Self.upload, Self.form([file]), type: type)
      #expect(reply.json()["status"] == .string("checked"))
      #expect(reply.json()["file_name"] == .string("väärä.csv"))
      #expect(reply.json()["report"]?["rows"] == .integer(3))
      for (parts, end, status) in [
        ([], "--x y--\r\n", 422), ([file, file], "--x y--\r\n", 422), ([file], "", 400),
        ([(head: "name=\"kind\"", body: "places"), file], "--x y--", 422), ([(head: "x=y", body: "")], "", 400),
        ([file, (head: "name=mapping", body: "{")], "--x y--", 422),
      ] as [([(head: String, body: String)], String, Int)] {
        let refused = try await Self.send(api, Self.upload, Self.form(parts, end: end), type: type)
        #expect(refused.status == status, "\(parts) \(refused.status)")
      }
      let none = try await Self.send(api, Self.upload, "x", type: "multipart/form-data")
      #expect(none.status == 400)
    }
  }

  @Test("A file that is no longer kept can't be applied, and its rejected rows are gone")
  func purged() async throws {
    try await PlaceWritingTests.with { api in
      let id = try Self.id(try await Self.send(api))
      #expect(try await api.database.store.purgeImportFiles(olderThan: 30) == 0)
      try await api.database.execute("update import_session set created_time = now() - interval '31 days'")
      #expect(try await api.database.store.purgeImportFiles(olderThan: 30) == 3)
      let applied = try await api.write(.post, Self.path + id + "/apply")
      #expect(applied.status == 410 && applied.code() == "upload-purged")
      #expect(try await api.get(Self.path + id + "/rejects", ["apikey": "turku-editor"]).status == 410)
      #expect(try await Self.show(api, id)["status"] == .string("checked"))
    }
  }
}
