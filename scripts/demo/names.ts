/** Names of people and places: invented, many tongues, as in any large shop. */
export const COMPANY = 'Fennel & Rye';
export const DOMAIN = 'fennelandrye.example';

export const FIRST_NAMES = (
  'Amara Ana Anders Anika Arjun Astrid Aylin Beatriz Ben Bruno Camille Carla Chidi Chloe Clara Daan ' +
  'Dariusz David Deniz Diego Eleni Elif Emeka Emil Emma Erik Esther Fatima Felix Finn Freya Giulia ' +
  'Grace Hana Hannah Hassan Ines Ivan Jada Jakub Jamal Jan Jonas Joy Julia Kaito Karim Katya Kofi ' +
  'Lara Leila Leo Liam Lin Linnea Luca Lucia Magda Malik Marco Maria Mateo Maya Mei Mina Mohamed ' +
  'Nadia Naomi Nia Nils Noor Oliver Olga Omar Paula Pedro Petra Priya Rafael Rania Rosa Ruben Sami ' +
  'Sara Selma Sofia Stefan Tariq Tessa Theo Thandi Tomas Uma Viktor Wanjiru Yara Yusuf Zoe Zuzana'
).split(' ');

export const LAST_NAMES = (
  'Abadi Adeyemi Ahmed Almeida Andersen Baker Banerjee Barros Becker Berg Bianchi Bondarenko Brandt ' +
  'Carter Castillo Chen Costa Dahl Demir Diallo Dubois Eriksen Esposito Farah Fischer Fontaine Garcia ' +
  'Gomez Greco Haddad Hansen Hoffmann Horvat Ibrahim Iyer Jansen Jensen Kaya Keller Khan Kim Kowalski ' +
  'Kruger Larsen Lefevre Li Lindqvist Lopez Maier Mbeki Meyer Moreau Mensah Nagy Nakamura Nguyen Novak ' +
  'Nowak Odhiambo Okafor Olsen Ortiz Osei Ozturk Park Patel Pereira Petrov Popescu Ramos Rao Reyes ' +
  'Ricci Rossi Santos Sato Schmidt Silva Singh Sokolov Svensson Tanaka Torres Tran Vargas Vermeer ' +
  'Virtanen Vos Wagner Walsh Weber Winter Wood Yilmaz Young Zielinski'
).split(' ');

export const REGIONS = ['North', 'Lakes', 'Valley', 'Coast', 'South'] as const;

export const STORES = (
  'Riverside,Old Mill,Market Square,Orchard Road,Station Street,Harbour View,Linden Park,Castle Hill,' +
  'Mill Lane,Quayside,Maple Avenue,Abbey Gate,Greenfield,Lakeshore,Bridge Street,Foxglove,Hilltop,' +
  'Canal Wharf,Willow Court,St. Anne’s,Eastgate,Westbrook,Sunnybank,The Tannery,Kingfisher,Birchwood,' +
  'Cathedral Row,Meadow Vale,Northfield,Pier Road,Queensway,Rosemary Lane,Saltmarsh,Thornbury,' +
  'University Quarter,Victoria Works,Weavers Yard,Alder Grove,Cornmarket,Dockside'
).split(',');

export const HEAD_OFFICE = 'Head Office';
export const WAREHOUSES = ['Ashby Distribution Centre', 'Pennard Distribution Centre'] as const;
