/**
 * The layouts that the core admits, and who examines each: the one place of this room that knows them all. Another one is a file
 * beside line.ts, whose record extends Examination, and a case in each function here; check/layout.ts is its other half.
 */
import {
  DONE, FLASH_FAILED, LAYOUTS_ADMITTED, LAYOUT_DIRECTORY, LAYOUT_PLANE, LAYOUT_TREE, LAYOUT_UNKNOWN, PLANE_STEPS_MAX,
} from '../format';
import { ASK_NOTHING, Active } from '../check/active';
import { examineHead } from './body';
import { DirectoryExamination, examineDirectoryHeader, layOutDirectory } from './directory';
import { examineDirectoryBegin, examineDirectoryStep } from './directory-lists';
import { Edition } from './edition';
import { Examination } from './examination';
import { LineExamination, examineLineHeader, layOutLine } from './line';
import { examineLineBegin, examineLineStep } from './line-lists';
import { PlaneExamination, examinePlaneHeader, layOutPlane } from './plane';
import { examinePlaneBegin, examinePlaneStep } from './plane-nodes';

const HAS_PLANES: bool = PLANE_STEPS_MAX != 0;

/** Reads and examines header and section table of the body. Gives DONE or the refusal. */
export function examineBody(image: Examination, known: Edition): u32 {
  let refusal = examineHead(image, known);
  if (refusal == DONE) refusal = examineHeader(image, known);
  return image.readFailed ? FLASH_FAILED : refusal;
}

function examineHeader(image: Examination, known: Edition): u32 {
  switch (image.layout) {
    case LAYOUT_TREE: return examineLineHeader(changetype<LineExamination>(image), known);
    case LAYOUT_DIRECTORY: return examineDirectoryHeader(changetype<DirectoryExamination>(image), known);
    case LAYOUT_PLANE: if (HAS_PLANES) return examinePlaneHeader(changetype<PlaneExamination>(image), known);
    default: return LAYOUT_UNKNOWN;
  }
}

/** Begins with the sections of the body whose header was examined. */
export function examineSectionsBegin(image: Examination): void {
  switch (image.layout) {
    case LAYOUT_TREE: examineLineBegin(changetype<LineExamination>(image)); break;
    case LAYOUT_DIRECTORY: examineDirectoryBegin(changetype<DirectoryExamination>(image)); break;
    case LAYOUT_PLANE: if (HAS_PLANES) examinePlaneBegin(changetype<PlaneExamination>(image)); break;
    default: break;
  }
}

/** One bounded step: at most so many things that are counted. Gives MORE, DONE or the refusal. */
export function examineSectionsStep(image: Examination, most: u32): u32 {
  switch (image.layout) {
    case LAYOUT_TREE: return examineLineStep(changetype<LineExamination>(image), most);
    case LAYOUT_DIRECTORY: return examineDirectoryStep(changetype<DirectoryExamination>(image), most);
    case LAYOUT_PLANE: if (HAS_PLANES) return examinePlaneStep(changetype<PlaneExamination>(image), most);
    default: return LAYOUT_UNKNOWN;
  }
}

/** Lays the body that stands in the arena, and whose header was examined, out for check. Gives how it is asked. */
export function layOut(image: Examination, known: Edition, map: Active): u32 {
  switch (image.layout) {
    case LAYOUT_TREE: return layOutLine(changetype<LineExamination>(image), known, map);
    case LAYOUT_DIRECTORY: return layOutDirectory(changetype<DirectoryExamination>(image), known, map);
    case LAYOUT_PLANE: if (HAS_PLANES) return layOutPlane(changetype<PlaneExamination>(image), known, map);
    default: return ASK_NOTHING;
  }
}

const EXAMINED: u32 = (1 << LAYOUT_TREE) | (1 << LAYOUT_DIRECTORY) | (HAS_PLANES ? 1 << LAYOUT_PLANE : 0);
if (!(LAYOUTS_ADMITTED == EXAMINED)) ERROR('what a device tells of its layouts is not what is examined here');
