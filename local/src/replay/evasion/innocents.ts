/** Words and phrases without offence that filters find by mistake, because other words are in them or look like them. */
export const INNOCENTS: readonly string[] = [
  // English: places, names and words with other words in them.
  'Scunthorpe', 'Penistone', 'Essex', 'Sussex', 'Cockburn', 'Hancock', 'Dickens', 'Moby-Dick', 'Dick van Dyke', 'Arsenal', 'Saturday',
  'class', 'classic', 'glass', 'grass', 'assassin', 'assess', 'embarrassed', 'bass guitar', 'passion', 'cocktail', 'peacock', 'shuttlecock',
  'button', 'butter', 'analysis', 'canal', 'therapist', 'grape', 'drapes', 'rapping', 'skyscraper', 'title', 'titan', 'constitution',
  'document', 'circumstances', 'accumulate', 'scum of the pond', 'hello', 'shell', 'seashells', 'Michelle', 'damage', 'shitake mushrooms', 'mishit',
  'snigger', 'country', 'pussy willow', 'pushing', 'hoarding', 'whole', 'shore', 'sextet', 'nickname', 'swank', 'twinkle', 'spice', 'despicable',
  // German, French, Spanish, Italian and Portuguese.
  'schwül', 'Staubecken', 'Wachstube', 'Klassik', 'Assistent', 'Analyse', 'dick und rund', 'Zuschuss', 'Konzert', 'en retard', 'concours', 'débit',
  'amuse-gueule', 'négocier', 'computadora', 'disputa', 'año', 'cálculo', 'documento', 'particolare', 'custo', 'veado no bosque',
  // What chats have besides words.
  'GG WP', 'no way', 'hahahaha', 'I see', 'lol xD', '10:30', 'room 101', 'level 99', 'version 1.2.3', '3.14159', 'order 123456789', '50 %',
  '192.168.100.200', 'e.g. this', 'node.js', 'wow!!', 'well... ok', '👏👏👏', '(╯°□°)╯', 'Grüße', 'そればかり', '안녕하세요', 'привет', 'مرحبا',
];
