import { text } from '../fields.js';
import type { JsonObject } from '../json.js';

export const WIDTH = 1000;
export const HEIGHT = 640;

export type Layout = 'force' | 'circle' | 'grid' | 'levels' | 'concentric';

export interface GraphNode {
  id: string;
  x: number;
  y: number;
  data: JsonObject;
}
export interface GraphEdge {
  from: GraphNode;
  to: GraphNode;
  data: JsonObject;
}

const MARGIN = 60;
/** More nodes than this push each other for too long: they stand in a grid. */
const FORCE_MAX = 250;
const ROUNDS = 120;

const read = text();

function circle(nodes: readonly GraphNode[], radius = 1): void {
  nodes.forEach((node, index) => {
    const angle = (index / nodes.length) * 2 * Math.PI - Math.PI / 2;
    node.x = WIDTH / 2 + Math.cos(angle) * radius * (WIDTH / 2 - MARGIN);
    node.y = HEIGHT / 2 + Math.sin(angle) * radius * (HEIGHT / 2 - MARGIN);
  });
}

/** Rows of nodes, evenly spread. */
function rows(lines: readonly (readonly GraphNode[])[]): void {
  lines.forEach((line, row) =>
    line.forEach((node, index) => {
      node.x = MARGIN + ((index + 0.5) / line.length) * (WIDTH - 2 * MARGIN);
      node.y = MARGIN + ((row + 0.5) / lines.length) * (HEIGHT - 2 * MARGIN);
    }),
  );
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

const grid = (nodes: readonly GraphNode[]): void => rows(chunks(nodes, Math.max(1, Math.ceil(Math.sqrt(nodes.length * (WIDTH / HEIGHT))))));

/** Nodes by their distance from the first of their component. */
function levels(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): void {
  const neighbours = new Map(nodes.map((node) => [node, [] as GraphNode[]]));
  for (const { from, to } of edges) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const level = new Map<GraphNode, number>();
  for (const root of nodes) {
    if (level.has(root)) continue;
    level.set(root, 0);
    const queue = [root];
    for (const node of queue) {
      for (const next of neighbours.get(node) ?? []) {
        if (level.has(next)) continue;
        level.set(next, (level.get(node) ?? 0) + 1);
        queue.push(next);
      }
    }
  }
  const lines: GraphNode[][] = [];
  for (const [node, depth] of level) (lines[depth] ??= []).push(node);
  rows(lines);
}

/** Rings: the best connected node in the middle. */
function concentric(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): void {
  const degree = new Map<GraphNode, number>();
  for (const { from, to } of edges) for (const node of [from, to]) degree.set(node, (degree.get(node) ?? 0) + 1);
  const ranked = [...nodes].sort((a, b) => (degree.get(b) ?? 0) - (degree.get(a) ?? 0));
  const rings = [ranked.slice(0, 1), ...chunks(ranked.slice(1), Math.max(6, Math.ceil(ranked.length / 4)))];
  rings.forEach((ring, index) => circle(ring, rings.length > 1 ? index / (rings.length - 1) : 0));
}

/** Nodes push each other away and edges pull: the same picture for the same graph. */
function force(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): void {
  circle(nodes, 0.7);
  const ideal = Math.sqrt((WIDTH * HEIGHT) / nodes.length) * 0.6;
  for (let round = 0; round < ROUNDS; round += 1) {
    const reach = (WIDTH / 10) * (1 - round / ROUNDS);
    const push = new Map(nodes.map((node) => [node, { x: 0, y: 0 }]));
    const apply = (a: GraphNode, b: GraphNode, strength: (distance: number) => number): void => {
      const [dx, dy] = [a.x - b.x || 0.01, a.y - b.y || 0.01];
      const distance = Math.hypot(dx, dy);
      const [x, y] = [(dx / distance) * strength(distance), (dy / distance) * strength(distance)];
      const [first, second] = [push.get(a), push.get(b)];
      if (!first || !second) return;
      first.x += x;
      first.y += y;
      second.x -= x;
      second.y -= y;
    };
    nodes.forEach((a, index) => nodes.slice(index + 1).forEach((b) => apply(a, b, (distance) => ideal ** 2 / distance)));
    for (const { from, to } of edges) apply(from, to, (distance) => -(distance ** 2) / ideal);
    for (const [node, { x, y }] of push) {
      const size = Math.hypot(x, y) || 1;
      node.x = Math.min(WIDTH - MARGIN, Math.max(MARGIN, node.x + (x / size) * Math.min(size, reach)));
      node.y = Math.min(HEIGHT - MARGIN, Math.max(MARGIN, node.y + (y / size) * Math.min(size, reach)));
    }
  }
}

/** Gives each node its place. Nodes without an id, with one that another has, and edges of unknown nodes are left out. */
export function layOut(
  entries: readonly JsonObject[],
  links: readonly JsonObject[],
  layout: Layout,
): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const byId = new Map(
    entries.flatMap((data) => (read(data['id']) ? [[read(data['id']), { id: read(data['id']), x: 0, y: 0, data }]] : [])),
  );
  const nodes = [...byId.values()];
  const edges = links.flatMap((data) => {
    const [from, to] = [byId.get(read(data['source'])), byId.get(read(data['target']))];
    return from && to && from !== to ? [{ from, to, data }] : [];
  });
  if (nodes.length === 0) return { nodes, edges };
  if (layout === 'circle') circle(nodes);
  else if (layout === 'levels') levels(nodes, edges);
  else if (layout === 'concentric') concentric(nodes, edges);
  else if (layout === 'grid' || nodes.length > FORCE_MAX) grid(nodes);
  else force(nodes, edges);
  return { nodes, edges };
}
