//! Boxes that may lean: the least one around some points.

/// A point, or a direction.
pub(crate) type Point = (f32, f32);

/// A rectangle that may lean by up to an eighth of a turn either way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Leaning {
    pub(crate) centre: Point,
    /// Direction of its upper side, of length one.
    pub(crate) along: Point,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Leaning {
    /// Returns the least rectangle around `points`; `None` of none.
    pub(crate) fn around(points: &mut Vec<Point>) -> Option<Self> {
        let hull = hull_of(points);
        let first = *hull.first()?;
        let mut least = Self::in_direction(&hull, (1.0, 0.0));
        let ends = hull.iter().skip(1).chain([&first]);
        for (from, to) in hull.iter().zip(ends) {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let len = dx.hypot(dy);
            if len > 0.0 {
                let found = Self::in_direction(&hull, most_level((dx / len, dy / len)));
                if found.area() < least.area() {
                    least = found;
                }
            }
        }
        Some(least)
    }

    fn in_direction(points: &[Point], along: Point) -> Self {
        let down = (-along.1, along.0);
        let (from_x, to_x) = extent(points, along);
        let (from_y, to_y) = extent(points, down);
        let (x, y) = ((from_x + to_x) / 2.0, (from_y + to_y) / 2.0);
        Self {
            centre: (x * along.0 + y * down.0, x * along.1 + y * down.1),
            along,
            width: to_x - from_x,
            height: to_y - from_y,
        }
    }

    pub(crate) fn area(&self) -> f32 {
        self.width * self.height
    }

    /// Returns the rectangle grown by `by` on every side.
    pub(crate) fn grown(self, by: f32) -> Self {
        Self {
            width: self.width + 2.0 * by,
            height: self.height + 2.0 * by,
            ..self
        }
    }

    /// Returns the rectangle in a picture `across` times as wide and `down` times as high.
    pub(crate) fn scaled(self, across: f32, down: f32) -> Self {
        let (dx, dy) = (self.along.0 * across, self.along.1 * down);
        let len = dx.hypot(dy);
        let (nx, ny) = (-self.along.1 * across, self.along.0 * down);
        Self {
            centre: (self.centre.0 * across, self.centre.1 * down),
            along: (dx / len, dy / len),
            width: self.width * len,
            height: self.height * nx.hypot(ny),
        }
    }

    /// Returns the rectangle in a picture whose upper left corner is `by` further up and left.
    pub(crate) fn moved(self, by: Point) -> Self {
        Self {
            centre: (self.centre.0 + by.0, self.centre.1 + by.1),
            ..self
        }
    }

    /// Returns its middle part, no longer than `most` times its shorter side.
    pub(crate) fn shortened(self, most: f32) -> Self {
        Self {
            width: self.width.min(most * self.height),
            height: self.height.min(most * self.width),
            ..self
        }
    }

    /// Returns the rectangle in a picture of `size` turned upside down.
    pub(crate) fn upside_down(self, (width, height): Point) -> Self {
        Self {
            centre: (width - self.centre.0, height - self.centre.1),
            ..self
        }
    }

    /// Returns the point that lies `x` along and `y` down from its upper left corner.
    pub(crate) fn point(&self, x: f32, y: f32) -> Point {
        let (x, y) = (x - self.width / 2.0, y - self.height / 2.0);
        (
            self.centre.0 + x * self.along.0 - y * self.along.1,
            self.centre.1 + x * self.along.1 + y * self.along.0,
        )
    }
}

/// The middle one of some numbers; `None` of none.
pub(crate) fn middle(numbers: impl Iterator<Item = f32>) -> Option<f32> {
    let mut numbers: Vec<f32> = numbers.collect();
    numbers.sort_by(f32::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

/// Turns a direction by quarters until it is as level as it can be and points to the right.
fn most_level((dx, dy): Point) -> Point {
    let (dx, dy) = if dx.abs() >= dy.abs() {
        (dx, dy)
    } else {
        (dy, -dx)
    };
    if dx < 0.0 { (-dx, -dy) } else { (dx, dy) }
}

fn extent(points: &[Point], direction: Point) -> (f32, f32) {
    let mut range = (f32::INFINITY, f32::NEG_INFINITY);
    for point in points {
        let at = point.0 * direction.0 + point.1 * direction.1;
        range = (range.0.min(at), range.1.max(at));
    }
    range
}

/// Returns the corners of the convex hull in turn.
fn hull_of(points: &mut Vec<Point>) -> Vec<Point> {
    points.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
    points.dedup();
    if points.len() < 3 {
        return points.clone();
    }
    let mut hull = half_hull(points.iter());
    hull.extend(half_hull(points.iter().rev()));
    hull
}

/// Returns one half of a hull, without its last corner.
fn half_hull<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut hull: Vec<Point> = Vec::new();
    for point in points {
        while let [.., one, two] = hull.as_slice()
            && cross(*one, *two, *point) <= 0.0
        {
            hull.pop();
        }
        hull.push(*point);
    }
    hull.pop();
    hull
}

fn cross(origin: Point, one: Point, other: Point) -> f32 {
    (one.0 - origin.0) * (other.1 - origin.1) - (one.1 - origin.1) * (other.0 - origin.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_box_leans_as_its_points_do() {
        let angle = 0.1_f32;
        let wanted = Leaning {
            centre: (50.0, 40.0),
            along: (angle.cos(), angle.sin()),
            width: 60.0,
            height: 10.0,
        };
        let corners = [(0.0, 0.0), (60.0, 0.0), (60.0, 10.0), (0.0, 10.0)];
        let mut points: Vec<Point> = corners.map(|(x, y)| wanted.point(x, y)).into();
        points.push((50.0, 40.0));
        let found = Leaning::around(&mut points).expect("points");
        assert!((found.along.1 - wanted.along.1).abs() < 1e-3, "{found:?}");
        assert!((found.width - 60.0).abs() < 0.1, "{found:?}");
        assert!((found.height - 10.0).abs() < 0.1, "{found:?}");
        assert!((found.centre.0 - 50.0).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn one_point_and_none_are_no_trouble() {
        assert_eq!(Leaning::around(&mut Vec::new()), None);
        let point = Leaning::around(&mut vec![(3.0, 4.0); 5]).expect("a point");
        assert_eq!((point.centre, point.area()), ((3.0, 4.0), 0.0));
    }
}
