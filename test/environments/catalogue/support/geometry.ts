/** A module of the user's own, that other modules import. */

export const UNIT = "cm";

const round = (x: number): number => Math.round(x * 100) / 100;

export function circle(radius: number): number {
  return round(Math.PI * radius ** 2);
}

export const square = (side: number): number => round(side * side);

export default function cuboid(a: number, b: number, c: number): number {
  return round(a * b * c);
}

export class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  distance(other: Point): number {
    return round(Math.hypot(this.x - other.x, this.y - other.y));
  }
}
