/** Where WordNet is right in theory, and of no use to a person who searches for something. */

/** Too general to be asked for. What is below them moves to what is above them. Named by their first word. */
export const dropped = new Set(
  `abstraction;accessory;acoustic device;adornment;agent;aperture;applicator;area;article;associate;attachment;
  causal agent;circle;commodity;communication;concoction;connection;consumer goods;contestant;depression;design;disguise;
  drygoods;durables;emblem;entity;explorer;excavation;feed;geographic point;globule;institution;instrumentality;landing;
  ligament;living thing;location;material;matter;mechanism;medicine;medium;natural depression;natural object;object;
  organism;padding;part;participant;peer;physical entity;piece;plant organ;point;product;public transport;racer;
  reproductive structure;relation;round shape;self-propelled vehicle;solid;sphere;strengthener;structural member;
  substance;support;surface;horizontal surface;system;causal agent;visual signal;whole;work;workplace`
    .split(';')
    .map((name) => name.trim()),
);

/** WordNet has two synsets for one everyday concept: the first counts as the second. */
export const merged = new Map([
  ['n07555863', 'n00021265'], // food, solid food → food
  ['n03381126', 'n03380867'], // footwear (clothing) → footwear (covering)
]);

/** Links upwards that lead astray: `below above`. */
export const cut = new Set([
  'n04576211 n03094503', // a wheeled vehicle is not a container
  // A domestic animal would be a dog or a domestic cat only, since cattle and sheep are not among WordNet's.
  'n02084071 n01317541',
  'n02121808 n01317541',
  'n07638676 n07628870', // a doughnut is not what a search for cakes should find
  'n03397947 n03208556', // a Frisbee is a toy, and no plate
]);

/** Links upwards that WordNet lacks. */
export const added = new Map([
  ['n04552348', 'n02691156'], // a warplane is an airplane
  ['n02924116', 'n03791235'], // a bus is a motor vehicle
  ['n04468005', 'n04524313'], // a train is a vehicle
  ['n07638676', 'n07622061'], // a doughnut is baked goods
]);

/** Everyday names that WordNet lacks, or has for something that no network knows apart. */
export const moreNames = new Map([
  ['n02084071', ['puppy']],
  ['n02121620', ['kitten']],
  ['n02992529', ['cell phone', 'smartphone']],
  ['n04404412', ['tv']],
]);

/** Of several names, the one by which a concept is known. */
export const preferred = new Set(['animal', 'ape', 'bony fish', 'kitchen utensil']);

/** Shown where a concept is asked for: what the network does not know. */
export const notes = new Map([
  ['n03793489', 'This is the computer mouse. The network knows no animal of this name.'],
]);
export const imageNetNotes = new Map([
  ...notes,
  ['n00007846', 'The network was not trained to find people: it knows only a few by what they wear or do.'],
]);

/** The groups of `--level 1`, by their first word. A class belongs to the nearest one above it; the last ones take what is left. */
export const groups =
  `fish;bird;amphibian;frog;turtle;lizard;snake;reptile;spider;arachnid;insect;crustacean;mollusk;coelenterate;
  echinoderm;worm;marsupial;whale;dog;wolf;wild dog;fox;cat;big cat;bear;musteline mammal;rabbit;rodent;swine;bovid;
  equine;elephant;ape;monkey;lemur;person;flower;fungus;fruit;vegetable;beverage;food;vehicle;musical instrument;weapon;
  tool;furniture;clothing;footwear;container;bag;building;shop;fence;structure;home appliance;computer;
  electronic equipment;sports equipment;game equipment;machine;measuring instrument;kitchen utensil;toiletry;fabric;
  timepiece;geological formation;animal;device;covering;artifact`
    .split(';')
    .map((name) => name.trim());

/** Not shown as groups of `--level 2`: the concepts below them are better known. */
export const notLevel2 = new Set([
  'wheeled vehicle',
  'motor vehicle',
  'craft',
  'vessel',
  'hunting dog',
  'seat',
]);
