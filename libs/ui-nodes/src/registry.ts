import type { PropsOf } from './fields.js';
import type { NodeDefinition } from './host.js';
import { Button } from './nodes/button.js';
import { Chart } from './nodes/chart.js';
import { MultiSelect, RadioGroup, Select } from './nodes/choice.js';
import { Accordion, Card, Tabs } from './nodes/containers.js';
import { Avatar, Badge, KeyValue, Stat, Stats, Timeline } from './nodes/data.js';
import { Alert, Empty, Failure, Loading, Progress } from './nodes/feedback.js';
import { FileUpload } from './nodes/files.js';
import { Form } from './nodes/form.js';
import { Graph } from './nodes/graph.js';
import { Checkbox, DatePicker, Input, Slider, TextArea, Toggle } from './nodes/input.js';
import { Column, Divider, Grid, Page, Row, Section, Stack } from './nodes/layout.js';
import { ListItem } from './nodes/list-item.js';
import { List } from './nodes/list.js';
import { Audio, Image, Video } from './nodes/media.js';
import { Link, Menu, Tooltip } from './nodes/navigation.js';
import { Dialog, SlideOver } from './nodes/overlay.js';
import { RichEditor } from './nodes/rich-editor.js';
import { Html, Markdown } from './nodes/rich-text.js';
import { DataTable } from './nodes/table.js';
import { TagInput } from './nodes/tags.js';
import { Code, Header, Icon, Text } from './nodes/text.js';
import { TrayResponse } from './nodes/tray.js';
import { Tree } from './nodes/tree-view.js';

/** The published types. */
export const NODE_TYPES = [
  ...[Accordion, Alert, Audio, Avatar, Badge, Button, Card, Chart, Checkbox, Code, DataTable, DatePicker, Dialog, Divider, Empty, Failure],
  ...[FileUpload, Form, Graph, Grid, Header, Html, Icon, Image, Input, KeyValue, Link, List, Loading, Markdown, Menu, MultiSelect, Page],
  ...[Progress, RadioGroup, RichEditor, Section, Select, SlideOver, Slider, Stack, Stat, Stats, Tabs, TagInput, Text, TextArea, Timeline],
  ...[Toggle, Tooltip, Tree, Video],
] satisfies readonly NodeDefinition[];

type Definition = (typeof NODE_TYPES)[number] | typeof Column | typeof ListItem | typeof Row | typeof TrayResponse;
/** The props of each type, as they are read. */
export type PropsByType = { [D in Definition as D['type']]: PropsOf<D['fields']> };

/** Names that published clients use beside the types, and what shows them. */
const ALIASES: Readonly<Record<string, NodeDefinition>> = {
  appicon: Icon,
  bulkupload: FileUpload,
  column: Column,
  data_table: DataTable,
  listitem: ListItem,
  modal: Dialog,
  radio_group: RadioGroup,
  row: Row,
  toast: Alert,
  trayresponse: TrayResponse,
};

const byName = new Map([
  ...NODE_TYPES.map((definition) => [definition.type.toLowerCase(), definition] as const),
  ...Object.entries(ALIASES),
]);

/** The definition of a type, whatever its capitals. */
export const definitionOf = (type: string): NodeDefinition | undefined => byName.get(type.toLowerCase());
