extension AddressLinesTests {
  /// Venues with and without addresses, rooms, and what says nothing: a line, and below it what is read.
  static let venues = """
    Kauppatori, Turku
      N Kauppatori; O Turku; M 853
    Kauppatori Turku
      N Kauppatori; O Turku; M 853
    Kauppatorilla Turussa
      N Kauppatorilla; M 853
    Turun kauppatori
      N Turun kauppatori
    Turun kaupunginteatteri
      N Turun kaupunginteatteri
    Turun kaupunginteatteri, Itäinen Rantakatu 14, Turku
      N Turun kaupunginteatteri; S Itäinen Rantakatu; H 14; O Turku; M 853
    Helsingin Kaupunginteatteri, pieni näyttämö
      N Helsingin Kaupunginteatteri; R pieni näyttämö
    Tampere-talo
      N Tampere-talo
    Tampere Areena
      N Tampere Areena
    Nokia Areena, Tampere
      N Nokia Areena; O Tampere; M 837
    Lahti/Hollola
      O Lahti; M 098 398
    Turku, Naantali, Raisio
      O Turku; M 529 680 853
    Naantali - Turku
      O Naantali; M 529 853
    Rajamäki
      N Rajamäki; M 543
    Rajamäen uimahalli, Rajamäki
      N Rajamäen uimahalli; O Rajamäki; M 543
    Tammisaari, Raasepori
      N Tammisaari; M 710
    Logomo, Junakatu 9, Turku
      N Logomo; S Junakatu; H 9; O Turku; M 853
    Logomo Junakatu 9 Turku
      N Logomo; S Junakatu; H 9; O Turku; M 853
    Logomo, Turku
      N Logomo; O Turku; M 853
    Logomo (Turku)
      N Logomo; O Turku; M 853
    Logomo Sali, Junakatu 9
      N Logomo Sali; S Junakatu; H 9
    Logomo, Studio 4, Junakatu 9, 20100 Turku
      N Logomo; R Studio 4; S Junakatu; H 9; P 20100; O Turku; M 853
    Logomo 2. krs
      N Logomo; R 2. krs
    Kulttuuritalo Vimma, auditorio, Aurakatu 16
      N Kulttuuritalo Vimma; R auditorio; S Aurakatu; H 16
    Kulttuuritalo Vimma (iso sali), Aurakatu 16, Turku
      N Kulttuuritalo Vimma; R iso sali; S Aurakatu; H 16; O Turku; M 853
    Pääkirjasto, Linnankatu 2, 2. krs, Studio
      N Pääkirjasto; R 2. krs; R Studio; S Linnankatu; H 2
    Pääkirjasto / Studio, Turku
      N Pääkirjasto; R Studio; O Turku; M 853
    Pääkirjaston Studio, Turku
      N Pääkirjaston Studio; O Turku; M 853
    Musiikkisali
      N Musiikkisali
    Musiikkisali, Turku
      N Musiikkisali; O Turku; M 853
    Iso sali, 2. krs
      N Iso sali; R 2. krs
    Sali 2, Messukeskus, Helsinki
      N Messukeskus; R Sali 2; O Helsinki; M 091
    Halli 3, Messukeskus, Messuaukio 1
      N Messukeskus; R Halli 3; S Messuaukio; H 1
    Kenttä 2, Kupittaan urheilupuisto
      N Kupittaan urheilupuisto; R Kenttä 2
    Kirjasto 10
      N Kirjasto 10
    Kirjasto 10, Helsinki
      N Kirjasto 10; O Helsinki; M 091
    Areena 2
      N Areena 2
    HopLop 2
      N HopLop 2
    Halli 3
      N Halli 3
    Sali 1
      N Sali 1
    Luokka 12
      N Luokka 12
    Teatteri 2000
      N Teatteri 2000
    Klubi 57, Turku
      N Klubi 57; O Turku; M 853
    Ravintola Kåren, Turku, 1 krs
      N Ravintola Kåren; R 1 krs; O Turku; M 853
    Ravintola Koulu Eerikinkatu 18 Turku
      N Ravintola Koulu; S Eerikinkatu; H 18; O Turku; M 853
    Hotelli Seurahuone Eerikinkatu 23
      N Hotelli Seurahuone; S Eerikinkatu; H 23
    Seurakuntatalo Kirkkotie 5
      N Seurakuntatalo; S Kirkkotie; H 5
    Työväentalo, Vanha Turuntie 8 b, Salo
      N Työväentalo; S Vanha Turuntie; H 8b; M 734
    Malmin pk, None, Talvelantie 1
      N Malmin pk; S Talvelantie; H 1
    Nuorisotila None
      N Nuorisotila
    None, Talvelantie 1
      S Talvelantie; H 1
    Talvelantie 1, null
      S Talvelantie; H 1
    Nuorisotila, ei tiedossa
      N Nuorisotila
    Nuorisotila, -, Turku
      N Nuorisotila; O Turku; M 853
    n/a
      
    Selviää myöhemmin
      
    Paikka: Nuorisotila, Osoite: Kirkkotie 5
      N Nuorisotila; S Kirkkotie; H 5
    Nuorisotila. Kirkkotie 5. Turku
      N Nuorisotila; S Kirkkotie; H 5; O Turku; M 853
    Verkossa
      E online
    verkkotapahtuma
      E online
    Etänä
      E online
    Etäyhteys (Teams)
      E online
    Online
      E online
    Zoom
      E online
    Teams-kokous
      E online
    På nätet
      E online
    Webinaari, Zoom
      E online
    Verkossa / Turku
      M 853; E online
    Pääkirjasto / verkossa
      N Pääkirjasto
    Verkkotalo, Turku
      N Verkkotalo; O Turku; M 853
    Eri paikat
      E various
    Eri paikat, Turku
      M 853; E various
    Eri puolilla kaupunkia
      E various
    Useita paikkoja Turussa
      M 853; E various
    Various venues
      E various
    Olika platser
      E various
    Olika platser, Åbo
      M 853; E various
    Monta paikkaa
      E various
    Eri paikoissa, Tampere
      M 837; E various
    Ungdomsgården, Skolgatan 3, 65100 Vasa
      N Ungdomsgården; S Skolgatan; H 3; P 65100; O Vasa; M 905
    Ungdomsgården Skolgatan 3 Vasa
      N Ungdomsgården; S Skolgatan; H 3; O Vasa; M 905
    Svenska Teatern, Norra Esplanaden 2, Helsingfors
      N Svenska Teatern; S Norra Esplanaden; H 2; O Helsingfors; M 091
    Stadsbiblioteket (3 vån.), Torggatan 2, Mariehamn
      N Stadsbiblioteket; R 3 vån.; S Torggatan; H 2; O Mariehamn; M 478
    Åbo Svenska Teater, Auragatan 10, Åbo
      N Åbo Svenska Teater; S Auragatan; H 10; O Åbo; M 853
    Luckan, Simonsgatan 8, 00100 Helsingfors
      N Luckan; S Simonsgatan; H 8; P 00100; O Helsingfors; M 091
    Simhallen i Hangö
      N Simhallen; M 078
    Folkhälsanhuset, Mannerheimvägen 97, stora salen
      N Folkhälsanhuset; R stora salen; S Mannerheimvägen; H 97
    Hagalund, Esbo
      N Hagalund; O Esbo; M 049
    Kulturhuset Fyren, Skolgatan 1, Kauniainen
      N Kulturhuset Fyren; S Skolgatan; H 1; O Kauniainen; M 235
    Dalsbruk, Kimitoön
      N Dalsbruk; N Kimitoön
    Library, Linnankatu 2, Turku
      N Library; S Linnankatu; H 2; O Turku; M 853
    City Hall, 2nd floor, Aurakatu 2, 20100 Turku, Finland
      N City Hall; R 2nd floor; S Aurakatu; H 2; P 20100; O Turku; M 853
    Meeting room 3, Library, Turku
      N Library; R Meeting room 3; O Turku; M 853
    Olympiastadion, Paavo Nurmen tie 1, Helsinki
      N Olympiastadion; S Paavo Nurmen tie; H 1; O Helsinki; M 091
    Paavo Nurmi -stadion, Turku
      N Paavo Nurmi -stadion; O Turku; M 853
    Töölönlahden puisto
      N Töölönlahden puisto
    Kaivopuisto, Helsinki
      N Kaivopuisto; O Helsinki; M 091
    Leikkipuisto Tähti
      N Leikkipuisto Tähti
    Frisbeegolfrata, Turku
      N Frisbeegolfrata; O Turku; M 853
    Ruissalon kylpylä, Ruissalon puistotie 640, Turku
      N Ruissalon kylpylä; S Ruissalon puistotie; H 640; O Turku; M 853
    Hämeenkatu
      S Hämeenkatu
    Hämeenkatu, Tampere
      S Hämeenkatu; O Tampere; M 837
    Vanha Suurtori 3, Turku
      S Vanha Suurtori; H 3; O Turku; M 853
    Tuomiokirkko, Tuomiokirkonkatu 1 / Nikolaintori, Turku
      N Tuomiokirkko; N Nikolaintori; S Tuomiokirkonkatu; H 1; O Turku; M 853
    Plevna & Pispala
      N Plevna & Pispala
    Jokiranta - Tuomiokirkkosilta, Turku
      N Jokiranta; N Tuomiokirkkosilta; O Turku; M 853
    Kirkko ja kaupunki, Turku
      N Kirkko ja kaupunki; O Turku; M 853
    M/S Viking, Satama
      N M/S Viking; N Satama
    Vaasan kaupunginkirjasto, Kirjastonkatu 13, Vaasa, 2. kerros, Draamasali
      N Vaasan kaupunginkirjasto; R 2. kerros; R Draamasali; S Kirjastonkatu; H 13; O Vaasa; M 905
    "Kino Diana", Humalistonkatu 5
      N Kino Diana; S Humalistonkatu; H 5
    Kino Diana, Humalistonkatu 5.
      N Kino Diana; S Humalistonkatu; H 5
    Kino Diana,Humalistonkatu 5,Turku
      N Kino Diana; S Humalistonkatu; H 5; O Turku; M 853
    Käyntiosoite: Humalistonkatu 5
      S Humalistonkatu; H 5
    Sparbanken, Torggatan 3
      N Sparbanken; S Torggatan; H 3
    Katu 3 A/B, 20100 Turku
      S Katu; H 3 A-B; P 20100; O Turku; M 853
    Rautatientori, Kaivokatu
      N Rautatientori; S Kaivokatu
    Vanhan kaupungin kirkko, Naantali
      N Vanhan kaupungin kirkko; O Naantali; M 529
    Nuorisokahvila, Kauppakatu 5, katutaso/Street level
      N Nuorisokahvila; N Street level; R katutaso; S Kauppakatu; H 5
    Kasarmialue, rakennus 12, Turku
      N Kasarmialue; R rakennus 12; O Turku; M 853
    Pääskyvuoren koulu, liikuntasali, Turku
      N Pääskyvuoren koulu; R liikuntasali; O Turku; M 853
    Kulttuurikeskus -Tila, Turku
      N Kulttuurikeskus; R Tila; O Turku; M 853
    Kahvila Mai | Mannerheimintie 22–24 | 00100 HELSINKI
      N Kahvila Mai; S Mannerheimintie; H 22-24; P 00100; O HELSINKI; M 091
    """
}
